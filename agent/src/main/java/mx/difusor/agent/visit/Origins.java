package mx.difusor.agent.visit;

import java.util.Optional;
import mx.difusor.agent.model.Digest;

/** Where bytes that are not the live ones may come from. */
@FunctionalInterface
public interface Origins {

    /**
     * @param sha256 of bytes that were served under the path
     * @return the release that they are of, for people: {@code sequence 16, cut 2024-06-02T23:30:00-07:00}; empty where
     *     they are of none that is known
     */
    Optional<String> of(String path, Digest sha256);
}

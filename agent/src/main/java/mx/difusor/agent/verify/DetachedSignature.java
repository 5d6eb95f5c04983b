package mx.difusor.agent.verify;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A signature file, opened and read, before the bytes that it is about are. */
interface DetachedSignature {

    /** Digests of the bytes that {@link #judge} will ask for. */
    Set<StrongHash> hashes();

    /** Are to see the bytes before {@link #judge}. */
    List<ByteSink> sinks();

    /** @param at when the package was received: certificates and keys are judged at this time */
    SignatureOutcome judge(RawBytes bytes, Instant at) throws IOException;

    /** A file whose outcome does not depend on any bytes. */
    static DetachedSignature decided(SignatureOutcome outcome) {
        return new DetachedSignature() {
            @Override
            public Set<StrongHash> hashes() {
                return Set.of();
            }

            @Override
            public List<ByteSink> sinks() {
                return List.of();
            }

            @Override
            public SignatureOutcome judge(RawBytes bytes, Instant at) {
                return outcome;
            }
        };
    }
}

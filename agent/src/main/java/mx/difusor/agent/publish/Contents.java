package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a tree's files come from when no earlier release has them. */
@FunctionalInterface
public interface Contents {

    /**
     * A folder, open to others, that holds each of these files whole and checked under its path, and nothing else. The
     * caller may move it away. Neither durable nor with its time.
     *
     * @return null where there is none; then {@link #provide} is asked
     */
    default @Nullable Path ready(List<TreeFile> files) {
        return null;
    }

    /**
     * Puts each of these files below {@code folder} under its path, whole and checked against its digest. Parent
     * folders stand. Neither durable nor with its time.
     */
    void provide(List<TreeFile> files, Path folder) throws IOException;
}

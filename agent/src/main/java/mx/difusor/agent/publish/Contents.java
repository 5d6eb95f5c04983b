package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.TreeFile;

/** Where the bytes of a tree's files come from when no earlier release has them. */
@FunctionalInterface
public interface Contents {

    /**
     * Puts each of these files below {@code folder} under its path, whole and checked against its digest. Parent
     * folders may be missing yet. Neither durable nor with its time.
     */
    void provide(List<TreeFile> files, Path folder) throws IOException;
}

package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Path;
import mx.difusor.agent.model.Manifest;

/** Reads the manifest out of an archived package, for an index that is rebuilt from the files alone. */
@FunctionalInterface
public interface ManifestSource {
    /** @throws IOException when the file cannot be read or is no longer a package */
    Manifest read(Path packageFile) throws IOException;
}

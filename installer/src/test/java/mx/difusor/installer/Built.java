package mx.difusor.installer;

import java.nio.file.Path;

/** What this build made. */
final class Built {

    static final Path TARGET = Path.of(System.getProperty("distribution", "target/difusor"))
            .toAbsolutePath()
            .resolveSibling("");
    static final String VERSION = System.getProperty("version", "0.1.0-SNAPSHOT");

    /** The folder that every package has in it. */
    static final Path DISTRIBUTION = TARGET.resolve("difusor");

    static final Path LAUNCHER = DISTRIBUTION.resolve("bin/difusor");

    private Built() {}
}

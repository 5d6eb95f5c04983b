package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The package that this build made. */
final class Deb {

    private Deb() {}

    static Path built() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".deb")).toList();
            assertThat(found)
                    .as("target/*.deb (made on Linux, where the JDK has its jmods)")
                    .hasSize(1);
            return found.get(0).toAbsolutePath();
        }
    }

    /** The same, as an older version would be. */
    static Path older(Path folder, String version) throws Exception {
        Path unpacked = folder.resolve("older");
        Path older = folder.resolve("difusor-" + version + ".deb");
        Tool.run(List.of("dpkg-deb", "-R", built().toString(), unpacked.toString()))
                .ok();
        Path control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceAll("(?m)^Version: .*$", "Version: " + version));
        Tool.run(List.of("dpkg-deb", "-Zgzip", "-z1", "-b", unpacked.toString(), older.toString()))
                .ok();
        return older;
    }
}

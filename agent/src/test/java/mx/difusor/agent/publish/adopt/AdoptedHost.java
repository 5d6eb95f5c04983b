package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;

/** A host with a home, a live link and a web server's root that somebody filled by hand. */
final class AdoptedHost {

    static final Instant NOW = Instant.parse("2024-06-01T10:00:00Z");

    final Path docroot;
    final Home home;
    final Path live;
    boolean windows;
    Path mounts = Path.of("/nowhere");

    AdoptedHost(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        docroot = Files.createDirectories(folder.resolve("www/html"));
        Files.writeString(docroot.resolve("index.html"), "old");
        Files.writeString(docroot.resolve("logo.png"), "logo");
        home = new Home(Files.createDirectories(folder.resolve("home")));
        Path release = Files.createDirectories(home.releases().resolve("e/r1"));
        Files.writeString(release.resolve("index.html"), "live");
        live = home.root().resolve("live");
        Files.createSymbolicLink(live, Path.of("releases/e/r1"));
    }

    /** Each asked moment is a millisecond after the one before. */
    Adoption adoption(Disk disk, Exchange exchange) {
        Iterator<Long> moments =
                java.util.stream.LongStream.iterate(0, one -> one + 1_000_000).iterator();
        LongSupplier nanos = moments::next;
        return new Adoption(
                home,
                live,
                disk,
                exchange,
                new Suitability(home, live, windows, mounts),
                Clock.fixed(NOW, ZoneOffset.UTC),
                nanos);
    }

    Path kept() {
        return docroot.resolveSibling("html.before-difusor");
    }

    /** What a visitor of the docroot gets; {@code nothing} where there is none. */
    String served() throws IOException {
        Path page = docroot.resolve("index.html");
        return Files.exists(page) ? Files.readString(page) : "nothing";
    }

    boolean isOldWhole() throws IOException {
        return Files.isDirectory(docroot, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(docroot.resolve("logo.png")).equals("logo");
    }

    /** Names beside the docroot, the docroot included. */
    List<String> beside() throws IOException {
        try (var entries = Files.list(docroot.getParent())) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    static final Exchange NONE = new Exchange() {
        @Override
        public Optional<String> way(Path parent) {
            return Optional.empty();
        }

        @Override
        public void exchange(Path one, Path other) {
            throw new UnsupportedOperationException();
        }
    };

    /** What an exchange does in earnest. */
    interface Names {
        void exchange(Path one, Path other) throws IOException;
    }

    /** A way that is there, and does this. */
    static Exchange by(Names names) {
        return new Exchange() {
            @Override
            public Optional<String> way(Path parent) {
                return Optional.of("a test");
            }

            @Override
            public void exchange(Path one, Path other) throws IOException {
                names.exchange(one, other);
            }
        };
    }

    /** As the kernel's, seen from outside; the process may be killed right before it or right after. */
    static Exchange stepOf(MortalDisk disk) {
        return by((one, other) -> {
            disk.change();
            swap(one, other);
            disk.change();
        });
    }

    static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }
}

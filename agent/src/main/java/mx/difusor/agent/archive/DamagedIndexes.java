package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Home;

/**
 * Indexes that cannot be used any more: {@code index.damaged}, {@code index.damaged-2} and so on, with what SQLite kept
 * beside them. None takes another's place: each may be the last that has the record of the site's visits.
 */
final class DamagedIndexes {

    /** Of more than this the oldest goes. */
    static final int LIMIT = 10;

    private static final String NAME = "index.damaged";

    private static final Pattern PART = Pattern.compile(Pattern.quote(NAME) + "(?:-([0-9]{1,9}))?(?:-wal|-shm)?");

    private final Home home;

    DamagedIndexes(Home home) {
        this.home = home;
    }

    /** @return what the index is called from now on */
    Path putAside() throws IOException {
        NavigableSet<Integer> taken = numbers();
        while (taken.size() >= LIMIT) {
            int first = taken.first();
            Path oldest = path(first);
            for (String part : IndexSchema.PARTS) {
                Files.deleteIfExists(beside(oldest, part));
            }
            taken.remove(first);
        }
        Path aside = path(taken.isEmpty() ? 1 : taken.last() + 1);
        for (String part : IndexSchema.PARTS) {
            if (!Files.notExists(beside(home.index(), part))) {
                Files.move(beside(home.index(), part), beside(aside, part));
            }
        }
        return aside;
    }

    private NavigableSet<Integer> numbers() throws IOException {
        NavigableSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(home.root())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = PART.matcher(file.getFileName().toString());
                if (name.matches()) {
                    String number = name.group(1);
                    numbers.add(number == null ? 1 : Integer.parseInt(number));
                }
            }
        }
        return numbers;
    }

    private Path path(int number) {
        return home.root().resolve(number == 1 ? NAME : NAME + "-" + number);
    }

    private static Path beside(Path database, String part) {
        return database.resolveSibling(database.getFileName() + part);
    }
}

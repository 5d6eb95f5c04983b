package mx.difusor.agent.institute.election;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The state's municipalities and local districts, in order of their numbers. */
record Places(List<Municipality> municipalities, List<District> districts) {

    /**
     * @param districts those that hold a part of it
     * @param urbanity 0 to 100: the higher, the earlier its actas arrive
     */
    record Municipality(int id, String name, int inhabitants, List<Integer> districts, int urbanity) {}

    /** @param seat the town it is named after */
    record District(int id, String seat) {
        /** As real CSV bases write it: {@code 007. TENABO}. */
        String label() {
            return "%03d. %s".formatted(id, seat);
        }
    }

    static Places load() {
        return new Places(
                rows("municipios.csv", 5).map(Places::municipality).toList(),
                rows("distritos.csv", 2)
                        .map(row -> new District(Integer.parseInt(row[0]), row[1]))
                        .toList());
    }

    private static Municipality municipality(String[] row) {
        List<Integer> districts =
                Stream.of(row[3].split(" ", -1)).map(Integer::valueOf).toList();
        return new Municipality(
                Integer.parseInt(row[0]), row[1], Integer.parseInt(row[2]), districts, Integer.parseInt(row[4]));
    }

    private static Stream<String[]> rows(String resource, int columns) {
        return text(resource)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .skip(1)
                .map(line -> line.split(",", columns));
    }

    /** A resource beside this class, as UTF-8. */
    static String text(String resource) {
        return new String(bytes(resource), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String resource) {
        try (InputStream in = Objects.requireNonNull(Places.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

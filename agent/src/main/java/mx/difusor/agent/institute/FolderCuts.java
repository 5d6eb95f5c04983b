package mx.difusor.agent.institute;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/**
 * Real cuts from folders named {@code YYYYMMDD_HHMM}, as packages: first a small site that lists what there is, then
 * each folder, byte for byte, with the list beside it.
 */
public final class FolderCuts implements CutSource {

    /** What the site reads; not one of the Institute's files. */
    static final String LIST = "difusor-demo.json";

    static final int MAX_FOLDERS = 1_000;

    private static final int HEAD_LINES = 4;
    private static final Pattern FOLDER = Pattern.compile("\\d{8}_\\d{4}");
    private static final Pattern OFFSET = Pattern.compile("\\(UTC([+-]\\d{1,2})\\)");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd_HHmm", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private record Cut(Path folder, OffsetDateTime time) {}

    private final List<Cut> cuts;

    private FolderCuts(List<Cut> cuts) {
        this.cuts = cuts;
    }

    /** @throws MachineException {@code demo-failed} where {@code root} holds no folder of a cut */
    public static FolderCuts in(Path root) throws MachineException {
        try (Stream<Path> folders = Files.list(root)) {
            List<Path> found = folders.filter(Files::isDirectory)
                    .filter(folder -> FOLDER.matcher(name(folder)).matches())
                    .sorted()
                    .limit(MAX_FOLDERS + 1L)
                    .toList();
            if (found.isEmpty() || found.size() > MAX_FOLDERS) {
                throw failed(
                        root + (found.isEmpty() ? " holds no folder" : " holds too many folders")
                                + " named YYYYMMDD_HHMM",
                        "give the folder that holds the cuts, from 1 to " + MAX_FOLDERS,
                        null);
            }
            java.util.ArrayList<Cut> cuts = new java.util.ArrayList<>();
            for (Path folder : found) {
                cuts.add(new Cut(folder, time(folder)));
            }
            return new FolderCuts(List.copyOf(cuts));
        } catch (IOException e) {
            throw failed("cannot read " + root + ": " + e.getMessage(), "give a folder that can be read", e);
        }
    }

    @Override
    public int size() {
        return cuts.size() + 1;
    }

    @Override
    public CutFolder write(int index, Path folder) throws IOException {
        if (index == 0) {
            try (InputStream page = Objects.requireNonNull(FolderCuts.class.getResourceAsStream("folder-site.html"))) {
                Files.copy(page, folder.resolve("index.html"));
            }
            OffsetDateTime time = cuts.get(0).time();
            Files.write(folder.resolve(LIST), list(time, List.of()));
            return new CutFolder(Kind.SITE, time, false, Optional.empty());
        }
        Cut cut = cuts.get(index - 1);
        List<String> files = copy(cut.folder(), folder);
        Files.write(folder.resolve(LIST), list(cut.time(), files));
        return new CutFolder(Kind.DATA, cut.time(), false, Optional.empty());
    }

    private static List<String> copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(file, target);
            }
            return files.stream()
                    .map(file -> from.relativize(file).toString().replace('\\', '/'))
                    .toList();
        }
    }

    private static byte[] list(OffsetDateTime time, List<String> files) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode root = json.createObjectNode();
        root.put("corte", Receipt.cut(time));
        ArrayNode names = root.putArray("archivos");
        files.forEach(names::add);
        return json.writeValueAsBytes(root);
    }

    /** The folder's name says the local time; the first base that says its zone, the offset; UTC where none does. */
    private static OffsetDateTime time(Path folder) throws IOException, MachineException {
        LocalDateTime local;
        try {
            local = LocalDateTime.parse(name(folder), NAME);
        } catch (DateTimeException e) {
            throw failed(folder + " is not named after a date and a time", "name it YYYYMMDD_HHMM", e);
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(
                            one -> name(one).toLowerCase(Locale.ROOT).endsWith(".csv"))
                    .sorted()
                    .toList()) {
                Optional<ZoneOffset> offset = offset(file);
                if (offset.isPresent()) {
                    return local.atOffset(offset.get());
                }
            }
        }
        return local.atOffset(ZoneOffset.UTC);
    }

    private static Optional<ZoneOffset> offset(Path csv) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(csv, StandardCharsets.ISO_8859_1)) {
            for (int i = 0; i < HEAD_LINES; i++) {
                String line = reader.readLine();
                Matcher matcher = OFFSET.matcher(line == null ? "" : line);
                if (matcher.find()) {
                    return Optional.of(ZoneOffset.ofHours(Integer.parseInt(matcher.group(1))));
                }
            }
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty(); // an hour that no zone has: this line says nothing
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static MachineException failed(
            String message, String cure, @org.jspecify.annotations.Nullable Throwable cause) {
        return new MachineException("demo-failed", message, cure, cause);
    }
}

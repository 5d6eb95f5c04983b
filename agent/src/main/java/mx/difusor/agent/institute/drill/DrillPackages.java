package mx.difusor.agent.institute.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;

/** The packages of the day, all made before it begins. They say of themselves that they are a drill's. */
public final class DrillPackages {

    static final String RESULTS = "datos/avance.json";

    private static final Pattern SEQUENCE = Pattern.compile("\"consecutivo\": (\\d{1,9})");

    private final Path folder;

    private DrillPackages(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes them.
     *
     * @param folder empty
     */
    public static DrillPackages make(DrillPlan plan, Path folder, Packer packer) throws MachineException {
        DrillPackages packages = new DrillPackages(folder);
        try {
            for (int sequence = 1; sequence <= DrillPlan.CUTS; sequence++) {
                packages.pack(plan, sequence, packer);
            }
            packages.spoil();
            return packages;
        } catch (IOException e) {
            throw new MachineException(
                    "drill-failed",
                    "cannot make the drill's packages in " + folder + ": " + e.getMessage(),
                    "check the free space and the permissions there",
                    e);
        }
    }

    private void pack(DrillPlan plan, int sequence, Packer packer) throws IOException, MachineException {
        Path contents = folder.resolve("cut-" + sequence);
        for (Map.Entry<String, String> file : files(plan, sequence).entrySet()) {
            Path path = contents.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
        }
        Files.createDirectories(folder.resolve("good"));
        packer.pack(new Packer.Order(
                DrillPlan.EVENT,
                sequence == 1 ? Kind.SITE : Kind.DATA,
                sequence,
                plan.cut(sequence),
                sequence == DrillPlan.CUTS,
                List.of(),
                contents,
                good(sequence),
                true));
    }

    private static Map<String, String> files(DrillPlan plan, int sequence) {
        Map<String, String> files = new TreeMap<>();
        if (sequence == 1) {
            files.put(
                    "index.html",
                    "<!doctype html>\n<html lang=\"es\">\n<meta charset=\"utf-8\">\n<title>SIMULACRO</title>\n"
                            + "<h1>SIMULACRO</h1>\n<p><a href=\"" + RESULTS + "\">avance</a></p>\n</html>\n");
        }
        files.put(
                RESULTS,
                "{\"simulacro\": true, \"consecutivo\": %d, \"corte\": \"%s\"}\n"
                        .formatted(sequence, plan.cut(sequence)));
        return files;
    }

    /** A byte that changed on its way, beside the signature of the bytes as they were. */
    private void spoil() throws IOException {
        Path spoilt = corrupt(Drill.CORRUPT);
        Files.createDirectories(Objects.requireNonNull(spoilt.getParent()));
        byte[] bytes = Files.readAllBytes(good(Drill.CORRUPT));
        bytes[bytes.length / 2] ^= 1;
        Files.write(spoilt, bytes);
        Files.copy(
                good(Drill.CORRUPT).resolveSibling(name(Drill.CORRUPT) + ".p7s"),
                spoilt.resolveSibling(name(Drill.CORRUPT) + ".p7s"));
    }

    Path good(int sequence) {
        return folder.resolve("good").resolve(name(sequence));
    }

    Path corrupt(int sequence) {
        return folder.resolve("corrupt").resolve(name(sequence));
    }

    private static String name(int sequence) {
        return "simulacro-%04d.zip".formatted(sequence);
    }

    /** Of a results file of ours. */
    static Optional<String> sequence(String json) {
        Matcher matcher = SEQUENCE.matcher(json);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}

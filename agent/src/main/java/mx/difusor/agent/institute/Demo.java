package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ManifestFile;

/**
 * An Institute's day: every cut is made, packed, signed, sent over SFTP, answered with a receipt, and then looked for
 * where the public looks.
 */
public final class Demo {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuuMMdd_HHmm", Locale.ROOT);

    private final Path workshop;
    private final Path liveRoot;
    private final Packer packer;
    private final Sender sender;

    /**
     * @param workshop folder for what is made on the way; packages stay in it
     * @param liveRoot what the web server serves
     */
    public Demo(Path workshop, Path liveRoot, Packer packer, Sender sender) {
        this.workshop = workshop;
        this.liveRoot = liveRoot;
        this.packer = packer;
        this.sender = sender;
    }

    /**
     * One package that is live.
     *
     * @param number its sequence, from 1
     * @param of how many there are
     */
    public record Step(int number, int of, CutSource.CutFolder cut, Packer.Packed packed, Answer answer) {}

    /** Who watches. */
    public interface Teller {
        /** @param number of the package that is being made; {@code of} as in {@link Step} */
        void making(int number, int of);

        /** @throws InterruptedException to stop the day */
        void live(Step step) throws InterruptedException;
    }

    /**
     * Plays the whole day.
     *
     * @throws MachineException {@code demo-rejected} at the first package that is not accepted or not live afterwards;
     *     {@code demo-failed} where the machine fails; what the packer and the sender throw
     */
    public void run(CutSource source, Teller teller) throws MachineException, InterruptedException {
        int size = source.size();
        for (int index = 0; index < size; index++) {
            teller.making(index + 1, size);
            teller.live(step(source, index));
        }
    }

    private Step step(CutSource source, int index) throws MachineException {
        int sequence = index + 1;
        Path folder = workshop.resolve("%03d".formatted(sequence));
        try {
            Files.createDirectories(folder);
            CutSource.CutFolder cut = source.write(index, folder);
            String name = NAME.format(cut.cut()) + "_PREP_" + "%03d".formatted(sequence) + ".zip";
            Packer.Packed packed = packer.pack(new Packer.Order(
                    DemoHome.EVENT,
                    cut.kind(),
                    sequence,
                    cut.cut(),
                    cut.last(),
                    List.of(),
                    folder,
                    workshop.resolve(name),
                    true));
            Answer answer = answer(packed);
            requireLive(packed, answer);
            deleteTree(folder);
            return new Step(sequence, source.size(), cut, packed, answer);
        } catch (IOException e) {
            throw new MachineException(
                    "demo-failed",
                    "package " + sequence + " failed: " + e.getMessage(),
                    "check the free space and the permissions of " + workshop,
                    e);
        }
    }

    private Answer answer(Packer.Packed packed) throws MachineException {
        Sender.Delivery delivery =
                sender.send(List.of(packed.archive()), SendProgress.NONE).get(0);
        Answer answer = delivery.answer();
        if (answer == null) {
            throw rejected(packed, "no receipt came in time");
        }
        if (!answer.good()) {
            String path = answer.path() == null ? "" : " (" + answer.path() + ")";
            throw rejected(packed, answer.outcome() + ", " + answer.code() + ": " + answer.message() + path);
        }
        if (!answer.publication().equals("live")) {
            throw rejected(packed, "accepted, but its publication is " + answer.publication());
        }
        return answer;
    }

    /** Reads every file of the package back from the live root. */
    private void requireLive(Packer.Packed packed, Answer answer) throws IOException, MachineException {
        for (ManifestFile file : packed.manifest().files()) {
            Path live = liveRoot.resolve(file.path());
            if (!Files.isRegularFile(live) || !digest(live).equals(file.sha256())) {
                throw rejected(
                        packed, "its receipt says " + answer.publication() + ", but " + live + " does not show it");
            }
        }
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return Digest.of(sha256.digest());
    }

    private static MachineException rejected(Packer.Packed packed, String why) {
        return new MachineException(
                "demo-rejected",
                packed.archive().getFileName() + " is not live: " + why,
                "see what the agent logged, and its receipt",
                null);
    }

    /** Deletes a folder of the demo's own making; links are not followed. */
    public static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

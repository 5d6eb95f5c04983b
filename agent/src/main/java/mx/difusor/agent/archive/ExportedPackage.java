package mx.difusor.agent.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Sidecars;

/**
 * A package's folder that claims to come out of an archive, with its receipt. Nothing is verified but that the receipt
 * and the folder speak of one accepted package and that no name in it reaches outside.
 *
 * @param candidate its files, received when the receipt says
 */
public record ExportedPackage(Receipt receipt, Receipt.Contents contents, Candidate candidate) {

    /** The longest receipts carry some hundred warnings of some hundred characters. */
    static final int MAX_RECEIPT_BYTES = 1 << 20;

    /** As the configuration wants it; it becomes a folder's name. */
    private static final Pattern UPLOADER = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

    /**
     * @param folder {@code <event>/<sequence>}
     * @throws IOException with words for people, where it is not what an export holds
     */
    public static ExportedPackage read(Path folder) throws IOException {
        Receipt receipt = Json.receipt(receiptBytes(folder));
        Receipt.Contents contents = receipt.contents();
        if (receipt.outcome() != Receipt.Outcome.ACCEPTED || contents == null || receipt.sha256() == null) {
            throw new IOException("its receipt is not that of an accepted package");
        }
        Path event = Objects.requireNonNull(folder.getParent());
        if (!contents.event().equals(String.valueOf(event.getFileName()))
                || !Long.toString(contents.sequence()).equals(String.valueOf(folder.getFileName()))) {
            throw new IOException("its receipt is of " + contents.event() + " " + contents.sequence());
        }
        if (!UPLOADER.matcher(receipt.uploader()).matches()) {
            throw new IOException("its receipt has an impossible uploader");
        }
        if (receipt.receivedAt().isAfter(receipt.decidedAt())) {
            throw new IOException("its receipt was decided before it was received");
        }
        return new ExportedPackage(receipt, contents, candidate(folder, receipt));
    }

    private static byte[] receiptBytes(Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(Keeping.RECEIPT))) {
            byte[] bytes = in.readNBytes(MAX_RECEIPT_BYTES + 1);
            if (bytes.length > MAX_RECEIPT_BYTES) {
                throw new IOException("its receipt is longer than " + MAX_RECEIPT_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static Candidate candidate(Path folder, Receipt receipt) throws IOException {
        String name = receipt.name();
        List<Path> signatures = new ArrayList<>();
        Path archive = null;
        Path checksum = null;
        for (Path file : files(folder)) {
            String there = file.getFileName().toString();
            if (there.equals(name)) {
                archive = file;
            } else if (Sidecars.isBeside(name, there, Sidecars.CHECKSUM)) {
                checksum = file;
            } else if (Sidecars.SIGNATURES.stream().anyMatch(ending -> Sidecars.isBeside(name, there, ending))) {
                signatures.add(file);
            } else if (!there.equals(Keeping.RECEIPT)) {
                throw new IOException("it holds " + there + ", which is no part of a package");
            }
        }
        if (archive == null) {
            throw new IOException("the archive file that its receipt names is not there");
        }
        return new Candidate(receipt.uploader(), name, archive, signatures, checksum, receipt.receivedAt());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}

package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** What an uploader reads under {@code /acuses}: the newest receipt under each package name. */
final class ReceiptBox {

    /** Per uploader; beyond it the oldest go. Every accepted package keeps its receipt in the archive. */
    static final int LIMIT = 10_000;

    private static final int LOOK_EVERY = 100;

    /** By when they were received, and of those of one instant by when they were decided. */
    private static final Comparator<Receipt> BY_AGE =
            Comparator.comparing(Receipt::receivedAt).thenComparing(Receipt::decidedAt);

    private final Home home;
    private final Disk disk;
    private int untilLook = LOOK_EVERY;

    ReceiptBox(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
    }

    /**
     * The uploader reads this one from now on, unless the receipt of a newer package under the same name stands there
     * (contract, "A package").
     *
     * @param first nothing was told about this decision yet
     */
    void put(Receipt receipt, boolean first) throws IOException {
        Path folder = home.receipts().resolve(receipt.uploader());
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        byte[] text = Json.receipt(receipt);
        Receipt told = told(receipt);
        if (told != null && isNewer(told, Json.receipt(text), first)) {
            return;
        }
        disk.replace(file(receipt), text, Disk.Access.PRIVATE);
        if (--untilLook <= 0) {
            untilLook = LOOK_EVERY;
            makeRoom(folder);
        }
    }

    /** The same where something stands under that name; else the receipt is of another time, or long gone. */
    void correct(Receipt receipt) throws IOException {
        Receipt told = told(receipt);
        if (told != null && !told.equals(receipt)) {
            put(receipt, false);
        }
    }

    private Path file(Receipt receipt) {
        return home.receipts().resolve(receipt.uploader()).resolve(receipt.name() + ".json");
    }

    /** What stands under its name; null for nothing, and for what is no receipt. */
    private @Nullable Receipt told(Receipt receipt) {
        try {
            return Json.receipt(Files.readAllBytes(file(receipt)));
        } catch (IOException e) {
            return null;
        }
    }

    /** An accepted package that came again is no newer one. */
    private static boolean isNewer(Receipt told, Receipt receipt, boolean first) {
        if (Objects.equals(told.sha256(), receipt.sha256())) {
            boolean sameDecision = told.decidedAt().equals(receipt.decidedAt());
            boolean repeated =
                    told.outcome() == Receipt.Outcome.DUPLICATE && receipt.outcome() == Receipt.Outcome.ACCEPTED;
            if (sameDecision || repeated) {
                return false;
            }
        }
        if (first) {
            // What was decided later than this verdict is of a clock that was put back: no verdict waits behind it.
            return told.receivedAt().isAfter(receipt.receivedAt())
                    && !told.decidedAt().isAfter(receipt.decidedAt());
        }
        return BY_AGE.compare(told, receipt) >= 0;
    }

    private record Aged(Path file, FileTime modified) {}

    private void makeRoom(Path folder) throws IOException {
        List<Aged> receipts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    receipts.add(new Aged(file, Files.getLastModifiedTime(file)));
                } catch (NoSuchFileException ignored) {
                    // a temporary name that just became a receipt
                }
            }
        }
        receipts.sort(Comparator.comparing(Aged::modified));
        for (int i = 0; i < receipts.size() - LIMIT; i++) {
            disk.delete(receipts.get(i).file());
        }
    }
}

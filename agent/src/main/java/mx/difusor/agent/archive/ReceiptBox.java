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

/** What an uploader reads under {@code /acuses}: the newest receipt under each package name. */
final class ReceiptBox {

    /** Per uploader; beyond it the oldest go. Every accepted package keeps its receipt in the archive. */
    static final int LIMIT = 10_000;

    private static final int LOOK_EVERY = 100;

    private final Home home;
    private final Disk disk;
    private int untilLook = LOOK_EVERY;

    ReceiptBox(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
    }

    void put(Receipt receipt) throws IOException {
        Path folder = home.receipts().resolve(receipt.uploader());
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        disk.replace(folder.resolve(receipt.name() + ".json"), Json.receipt(receipt), Disk.Access.PRIVATE);
        if (--untilLook <= 0) {
            untilLook = LOOK_EVERY;
            makeRoom(folder);
        }
    }

    /** Where an older word about the same decision stands, the uploader reads this one from now on. */
    void correct(Receipt receipt) throws IOException {
        Path file = home.receipts().resolve(receipt.uploader()).resolve(receipt.name() + ".json");
        if (!Files.exists(file)) {
            return; // of another time, or long gone
        }
        Receipt told = Json.receipt(Files.readAllBytes(file));
        if (told.decidedAt().equals(receipt.decidedAt())
                && Objects.equals(told.sha256(), receipt.sha256())
                && !told.equals(receipt)) {
            put(receipt);
        }
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

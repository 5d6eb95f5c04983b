package mx.difusor.agent.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** What an operator ordered and the process must not forget: one JSON object in a file of its own. */
final class OrderFile<T> {

    /** A hold names each package that it shows: a million of them fit. */
    static final int MOST_BYTES = 8 << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final Disk disk;
    private final Form<T> form;

    /** How it is written; whatever is wrong with what is read is thrown unchecked. */
    interface Form<T> {

        T read(JsonNode node);

        Map<String, @Nullable Object> fields(T order);

        /** What removing the file does, in words for an operator. */
        String cure();

        /** Of the alert or error where it cannot be read. */
        String code();
    }

    OrderFile(Path file, Disk disk, Form<T> form) {
        this.file = file;
        this.disk = disk;
        this.form = form;
    }

    Optional<T> read() throws MachineException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(form.read(JSON.readTree(bytes())));
        } catch (IOException | RuntimeException e) {
            throw new MachineException(form.code(), "cannot read " + file + ": " + e.getMessage(), form.cure(), e);
        }
    }

    private byte[] bytes() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("it is larger than " + MOST_BYTES + " bytes");
            }
            return bytes;
        }
    }

    /** Durable on return. After an exception what stood there stands again, as far as the disk lets it. */
    void write(T order) throws MachineException {
        change(() -> {
            byte[] text = (JSON.writeValueAsString(form.fields(order)) + "\n").getBytes(StandardCharsets.UTF_8);
            disk.replace(file, text, Disk.Access.PRIVATE);
        });
    }

    /** The same; does nothing where there is none. */
    void remove() throws MachineException {
        change(this::delete);
    }

    private interface Change {
        void make() throws IOException;
    }

    /** An order that was answered with a failure must not be in force after a restart. */
    private void change(Change change) throws MachineException {
        Change back = backToWhatStands();
        try {
            change.make();
        } catch (IOException e) {
            try {
                back.make();
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw unwritable(e);
        }
    }

    /** Does nothing where what stands there cannot be read. */
    private Change backToWhatStands() {
        if (!Files.exists(file)) {
            return this::delete;
        }
        try {
            byte[] former = bytes();
            return () -> disk.replace(file, former, Disk.Access.PRIVATE);
        } catch (IOException e) {
            return () -> {};
        }
    }

    private void delete() throws IOException {
        disk.delete(file);
        disk.syncDirectory(folder());
    }

    private Path folder() {
        return Objects.requireNonNull(file.getParent(), "an order lies in a home");
    }

    private MachineException unwritable(IOException cause) {
        return new MachineException(
                "home-unwritable",
                "cannot write in " + folder() + ": " + Failures.inWords(cause),
                "check the free space and the permissions of the service account there",
                cause);
    }
}

package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.watch.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGHUP asks for: whatever is taken up by itself when its file changes is read anew now, changed or not, and one
 * line of the log says what came of it. Where a file is no good, what counted before still counts.
 */
final class Reload implements Watch.Duty {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final long NANOS_PER_MICRO = 1_000;

    /** Something that is read anew. */
    @FunctionalInterface
    interface Part {
        /** @return what holds now, in a few words; empty where there is nothing to tell */
        String reload() throws MachineException;
    }

    private final Path configuration;
    private final byte[] atTheStart;
    private final ServiceManager manager;
    private final List<Part> parts;
    private final AtomicBoolean asked = new AtomicBoolean();

    Reload(Path configuration, ServiceManager manager, List<Part> parts) {
        this.configuration = configuration;
        this.atTheStart = content();
        this.manager = manager;
        this.parts = List.copyOf(parts);
    }

    /** At the next beat; any thread. */
    void ask() {
        asked.set(true);
    }

    @Override
    public void tick() {
        if (!asked.getAndSet(false)) {
            return;
        }
        manager.tell("RELOADING=1", "MONOTONIC_USEC=" + System.nanoTime() / NANOS_PER_MICRO);
        try {
            reload();
        } finally {
            manager.tell("READY=1");
        }
    }

    private void reload() {
        List<String> held = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Part part : parts) {
            try {
                String words = part.reload();
                if (!words.isEmpty()) {
                    held.add(words);
                }
            } catch (MachineException e) {
                wrong.add(e.getMessage() + " (cure: " + e.cure() + ")");
            }
        }
        String line = "reloaded: " + String.join("; ", held);
        if (!Arrays.equals(content(), atTheStart)) {
            line += "; not " + configuration + ", which has changed: it is read at a start only";
        }
        if (wrong.isEmpty()) {
            LOG.info("{}", line);
        } else {
            LOG.warn("{}; what counted before still counts instead of: {}", line, String.join("; ", wrong));
        }
    }

    /** Empty where it cannot be read. */
    private byte[] content() {
        try {
            return Files.readAllBytes(configuration);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}

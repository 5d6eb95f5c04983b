package mx.difusor.agent.intake;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;

/** This machine's disk, but for the calls that a test wants to fail; it remembers what was asked of it. */
final class FailingDisk {
    static final String MESSAGE = "made up: the disk failed";

    private final Disk local = new LocalDisk();
    private final List<String> calls = new ArrayList<>();
    private final List<FileChannel> made = new ArrayList<>();
    private BiPredicate<String, Path> fails = (call, file) -> false;
    private Supplier<Throwable> with = () -> new IOException(MESSAGE);

    /** From now on, calls of {@link Disk} by their names and first paths. */
    void failWhere(BiPredicate<String, Path> calls) {
        failWhere(calls, () -> new IOException(MESSAGE));
    }

    /** The same, but for what they end with. */
    void failWhere(BiPredicate<String, Path> calls, Supplier<Throwable> failure) {
        fails = calls;
        with = failure;
    }

    void mend() {
        fails = (call, file) -> false;
    }

    /** {@code sync prep.zip}: a call and the last name of its first path. */
    List<String> calls() {
        return calls;
    }

    /** Of new files, open or not any more. */
    List<FileChannel> made() {
        return made;
    }

    Disk disk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    Path file = (Path) arguments[0];
                    calls.add(method.getName() + " " + file.getFileName());
                    if (fails.test(method.getName(), file)) {
                        throw with.get();
                    }
                    try {
                        Object result = method.invoke(local, arguments);
                        if (result instanceof FileChannel channel) {
                            made.add(channel);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

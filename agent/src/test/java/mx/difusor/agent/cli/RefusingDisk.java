package mx.difusor.agent.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import org.jspecify.annotations.Nullable;

/** This machine's disk, but for one file that cannot be written; tests that run as root have no other. */
final class RefusingDisk {

    @Nullable
    Path refused;

    private final Disk local = new LocalDisk();

    Disk disk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("replace") && arguments[0].equals(refused)) {
                        throw new AccessDeniedException(arguments[0].toString());
                    }
                    try {
                        return method.invoke(local, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}

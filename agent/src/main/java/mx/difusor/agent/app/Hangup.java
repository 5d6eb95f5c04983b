package mx.difusor.agent.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which ends a Java program that does not ask for it. The JDK has no public way to ask; {@code sun.misc.Signal}
 * of {@code jdk.unsupported} is the one that JEP 260 left open, and by reflection, because javac warns of it and takes
 * no word against that.
 */
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /**
     * At once; or, while the agent still starts, as soon as it stands, because what it has read by now may be older than
     * what it is to read anew. Never for one that does not come to stand.
     */
    static <T> Runnable onceItStands(CompletableFuture<T> agent, Consumer<T> reload) {
        return () -> {
            CompletableFuture<Void> unused = agent.thenAccept(reload);
        };
    }

    /** From now on the signal does that, and nothing else. Without it (Windows, {@code -Xrs}) nothing changes. */
    static void does(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calls = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == handler) {
                            reload.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calls);
        } catch (InvocationTargetException e) {
            LOG.debug("no SIGHUP here: {}", String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIGHUP ends the agent, because this Java has no sun.misc.Signal: {}", e.toString());
        }
    }
}

package mx.difusor.agent.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a demo has to take down, last things first, once: at its end, or when Ctrl-C ends the process. */
final class DemoEnding implements AutoCloseable {

    private final Deque<Runnable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::run, "demo-ending");

    DemoEnding() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    synchronized void then(Runnable takeDown) {
        open.push(takeDown);
    }

    @Override
    public void close() {
        run();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, or has run, already.
        }
    }

    private synchronized void run() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}

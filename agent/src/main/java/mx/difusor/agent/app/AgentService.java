package mx.difusor.agent.app;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mx.difusor.agent.cli.RunningAgent;
import mx.difusor.agent.cli.Service;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.SteadyClock;
import mx.difusor.agent.intake.Rehearsal;
import mx.difusor.agent.model.MachineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent in the foreground of this process, or inside it. */
final class AgentService implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(AgentService.class);

    /** How long a stop waits for a start that is under way. */
    private static final Duration STOP_DURING_START = Duration.ofSeconds(10);

    private final CountDownLatch toldToStop;

    /** Runs until the virtual machine is shut down. */
    AgentService() {
        this(new CountDownLatch(1));
    }

    /** @param toldToStop at zero, {@link #run} stops and returns, and the process goes on */
    AgentService(CountDownLatch toldToStop) {
        this.toldToStop = toldToStop;
    }

    @Override
    public int run(Config config) throws MachineException {
        ServiceManager manager = Systemd.ofProcess();
        // Before anything else: until then either signal ends the process as it is.
        CompletableFuture<Running> running = new CompletableFuture<>();
        Hangup.does(Hangup.onceItStands(running, started -> started.agent().reload()));
        // SIGTERM and Ctrl-C come as a shutdown of the virtual machine, whose exit code would be 143 or 130.
        Thread hook = new Thread(() -> stopAndHalt(running, manager), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        Running started = start(config, manager, running);
        manager.tell(
                "READY=1",
                "STATUS=sftp on port " + started.agent().sftpPort() + ", status on "
                        + started.agent().status());
        try {
            toldToStop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return 0; // the virtual machine is being shut down already: the hook stops the agent
        }
        stop(started, manager);
        return 0;
    }

    private record Running(Agent agent, Rehearsal warmUp) {}

    private static Running start(Config config, ServiceManager manager, CompletableFuture<Running> running)
            throws MachineException {
        try {
            Agent agent = Agent.start(config, ofHost(), manager);
            // After readiness, which it does not delay; its folder is below one that every start empties as far as it
            // may.
            Path scratch = Wiring.home(config).work().resolve("warm-up-" + UUID.randomUUID());
            Running started = new Running(agent, Rehearsal.start(scratch, agent::visited));
            running.complete(started);
            return started;
        } finally {
            running.cancel(false);
        }
    }

    /** Told to stop while it starts, the agent still stops cleanly if it stands soon; a start may be ended at any line. */
    private static void stopAndHalt(CompletableFuture<Running> running, ServiceManager manager) {
        try {
            stop(running.get(STOP_DURING_START.toSeconds(), TimeUnit.SECONDS), manager);
            Runtime.getRuntime().halt(0);
        } catch (CancellationException | TimeoutException e) {
            LOG.info("stopped during the start");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(Running running, ServiceManager manager) {
        LOG.info("stopping");
        manager.tell("STOPPING=1");
        running.warmUp().close();
        running.agent().close();
        LOG.info("stopped");
    }

    private static SteadyClock ofHost() {
        return new SteadyClock(Clock.systemUTC(), System::nanoTime);
    }

    @Override
    public RunningAgent start(Config config) throws MachineException {
        return Agent.start(config, ofHost(), ServiceManager.NONE);
    }

    @Override
    public RunningAgent start(Config config, Clock clock) throws MachineException {
        return Agent.start(config, SteadyClock.trusting(clock), ServiceManager.NONE);
    }
}

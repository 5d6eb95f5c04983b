package mx.difusor.agent.app;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
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
        // Before anything else: until then the signal ends the process.
        CompletableFuture<Agent> running = new CompletableFuture<>();
        Hangup.does(() -> {
            if (running.isDone()) {
                running.join().reload();
            }
        });
        Agent agent = Agent.start(config, ofHost(), manager);
        running.complete(agent);
        manager.tell("READY=1", "STATUS=sftp on port " + agent.sftpPort() + ", status on " + agent.status());
        // After readiness, which it does not delay; its folder is one that every start empties.
        Rehearsal warmUp = Rehearsal.start(Wiring.home(config).work().resolve("warm-up"));
        // SIGTERM and Ctrl-C come as a shutdown of the virtual machine, whose exit code would be 143 or 130.
        Thread hook = new Thread(() -> stopAndHalt(warmUp, agent, manager), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
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
        stop(warmUp, agent, manager);
        return 0;
    }

    private static void stopAndHalt(Rehearsal warmUp, RunningAgent agent, ServiceManager manager) {
        stop(warmUp, agent, manager);
        Runtime.getRuntime().halt(0);
    }

    private static void stop(Rehearsal warmUp, RunningAgent agent, ServiceManager manager) {
        LOG.info("stopping");
        manager.tell("STOPPING=1");
        warmUp.close();
        agent.close();
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

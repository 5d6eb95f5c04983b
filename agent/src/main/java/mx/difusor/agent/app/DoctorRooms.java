package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mx.difusor.agent.cli.HostExamination;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.doctor.AgentSeen;
import mx.difusor.agent.doctor.Commands;
import mx.difusor.agent.doctor.Doctor;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Keys;
import mx.difusor.agent.doctor.Machine;
import mx.difusor.agent.doctor.Subject;
import mx.difusor.agent.doctor.SystemCommands;
import mx.difusor.agent.doctor.Upload;
import mx.difusor.agent.intake.HostKeys;
import mx.difusor.agent.intake.ShownKey;
import mx.difusor.agent.intake.Throughput;
import mx.difusor.agent.intake.UploaderKeys;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustedEnd;
import org.jspecify.annotations.Nullable;

/** The doctor, with the rooms behind it that know keys and uploads. */
final class DoctorRooms implements HostExamination {

    private final Disk disk;
    private final Clock clock;
    private final Commands commands = new SystemCommands();

    DoctorRooms(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public Machine machine() {
        return Machine.ofProcess(commands);
    }

    @Override
    public boolean isRunning(Config config) throws MachineException {
        return HomeLock.isSeenTaken(Wiring.home(config));
    }

    @Override
    public List<Finding> examine(Config config, boolean running, @Nullable AgentSeen agent, boolean throughput)
            throws InterruptedException {
        Subject subject = new Subject(
                config,
                machine(),
                commands,
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                running,
                agent,
                HomeOwner.another(Wiring.home(config)));
        return new Doctor(subject, new OwnKeys(config), this::upload, disk, throughput).examine();
    }

    private Upload.Measured upload(Path scratch, long bytes) throws IOException, InterruptedException {
        Throughput.Result result = new Throughput(scratch, bytes, disk).measure();
        return new Upload.Measured(result.client(), result.bytesPerSecond());
    }

    private final class OwnKeys implements Keys {

        private final Config config;

        OwnKeys(Config config) {
            this.config = config;
        }

        @Override
        public String hostFingerprint() throws MachineException {
            return HostKeys.fingerprint(Wiring.home(config).keys());
        }

        @Override
        public Optional<String> fingerprintAt(String host, int port) {
            return ShownKey.at(host, port);
        }

        @Override
        public UploaderFile uploaderFile(Path file) throws IOException {
            UploaderKeys keys = UploaderKeys.of(file);
            return new UploaderFile(keys.keys(), keys.skipped());
        }

        @Override
        public List<Trusted> trusted() throws MachineException {
            Authenticator authenticator = Authenticator.load(Wiring.trust(config));
            return authenticator.ends(clock.instant()).stream()
                    .map(OwnKeys::trusted)
                    .toList();
        }

        private static Trusted trusted(TrustedEnd end) {
            return new Trusted(end.what().name().toLowerCase(Locale.ROOT), end.name(), end.end(), end.refusal());
        }
    }
}

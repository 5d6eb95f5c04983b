package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Good keys, unless a test says otherwise. */
final class FakeKeys implements Keys {

    static final String OWN = "SHA256:own";

    @Nullable
    String shown = OWN;

    @Nullable
    MachineException failure;

    @Nullable
    IOException unreadable;

    UploaderFile file = new UploaderFile(1, List.of());
    List<Trusted> trusted = List.of();

    @Override
    public String hostFingerprint() throws MachineException {
        if (failure != null) {
            throw failure;
        }
        return OWN;
    }

    @Override
    public Optional<String> fingerprintAt(String host, int port) {
        return Optional.ofNullable(shown);
    }

    @Override
    public UploaderFile uploaderFile(Path path) throws IOException {
        if (unreadable != null) {
            throw unreadable;
        }
        return file;
    }

    @Override
    public List<Trusted> trusted() throws MachineException {
        if (failure != null) {
            throw failure;
        }
        return trusted;
    }
}

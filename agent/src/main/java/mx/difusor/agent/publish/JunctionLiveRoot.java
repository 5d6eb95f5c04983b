package mx.difusor.agent.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.MachineException;

/**
 * Windows without IIS: a junction whose target is replaced in place by one reparse-point call, because a folder link
 * cannot be replaced by a move there. The call is made by a PowerShell script that lies in the home. It has not run
 * on a Windows machine yet (docs/windows.md).
 */
public final class JunctionLiveRoot implements LiveRoot {

    private static final String SCRIPT = "point-junction.ps1";

    private final Path junction;
    private final Path scriptFolder;
    private final Disk disk;
    private final WindowsCommands commands;

    /** @param scriptFolder a folder of the service account's own, where the script is laid */
    public JunctionLiveRoot(Path junction, Path scriptFolder, Disk disk, WindowsCommands commands) {
        this.junction = junction.toAbsolutePath();
        this.scriptFolder = scriptFolder;
        this.disk = disk;
        this.commands = commands;
    }

    @Override
    public Optional<Path> target() throws MachineException {
        try {
            Path real = junction.toRealPath();
            return real.equals(junction) ? Optional.empty() : Optional.of(real);
        } catch (IOException e) {
            return Optional.empty(); // none yet, or to a release that is gone
        }
    }

    @Override
    public void pointAt(Path release) throws MachineException {
        try {
            commands.run(List.of(
                    "powershell.exe",
                    "-NoProfile",
                    "-NonInteractive",
                    "-ExecutionPolicy",
                    "Bypass",
                    "-File",
                    script().toString(),
                    "-Link",
                    junction.toString(),
                    "-Target",
                    release.toAbsolutePath().toString()));
        } catch (IOException e) {
            throw new MachineException(
                    "live-root-failed",
                    "cannot point the junction " + junction + " at " + release + ": " + e.getMessage(),
                    "give the service account write permission on " + junction.getParent()
                            + ", and check that PowerShell 5.1 or newer runs",
                    e);
        }
    }

    /** Laid anew each time: what is run is what this version ships, whatever was done to the file meanwhile. */
    private Path script() throws IOException {
        Path script = scriptFolder.toAbsolutePath().resolve(SCRIPT);
        try (InputStream resource = JunctionLiveRoot.class.getResourceAsStream(SCRIPT)) {
            byte[] text = Objects.requireNonNull(resource, SCRIPT).readAllBytes();
            disk.replace(script, text, Disk.Access.PRIVATE);
        }
        return script;
    }
}

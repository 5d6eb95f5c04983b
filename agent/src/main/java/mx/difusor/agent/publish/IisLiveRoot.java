package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;

/**
 * Windows with IIS: the site's physical path is the live root. IIS's kernel cache does not see a change behind a
 * link, but takes a new physical path up at once and as a whole. Written from the documentation of {@code appcmd};
 * it has not run on a Windows machine yet (docs/windows.md).
 */
public final class IisLiveRoot implements LiveRoot {

    private final String virtualDirectory;
    private final String appcmd;
    private final WindowsCommands commands;

    /** @param virtualDirectory as appcmd names it: {@code Default Web Site/} or {@code Default Web Site/prep} */
    public IisLiveRoot(String virtualDirectory, WindowsCommands commands) {
        this.virtualDirectory = virtualDirectory;
        this.commands = commands;
        String windows = System.getenv().getOrDefault("SystemRoot", "C:\\Windows");
        this.appcmd = windows + "\\System32\\inetsrv\\appcmd.exe";
    }

    @Override
    public Optional<Path> target() throws MachineException {
        try {
            String path = commands.run(List.of(appcmd, "list", "vdir", virtualDirectory, "/text:physicalPath"))
                    .strip();
            return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Each question starts a program. */
    @Override
    public boolean quick() {
        return false;
    }

    @Override
    public void pointAt(Path release) throws MachineException {
        try {
            commands.run(List.of(appcmd, "set", "vdir", virtualDirectory, "/physicalPath:" + release.toAbsolutePath()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private MachineException failed(IOException cause) {
        return new MachineException(
                "live-root-failed",
                "cannot change the physical path of the IIS site " + virtualDirectory + ": " + cause.getMessage(),
                "check publish.iisSite with `appcmd list vdir`, and give the service account the right to configure IIS",
                cause);
    }
}

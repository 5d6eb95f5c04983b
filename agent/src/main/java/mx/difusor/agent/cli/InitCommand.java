package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A new home: folders, keys, a commented configuration. Never overwrites anything. */
@Command(name = "init", mixinStandardHelpOptions = true)
final class InitCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HostKeyMaker hostKeys;
    private final Disk disk;

    @Parameters(paramLabel = "DIR", descriptionKey = "DIR")
    private Path folder = Path.of("");

    @Option(names = "--iee-cert", paramLabel = "PEM")
    private @Nullable Path certificate;

    @Option(names = "--iee-key", paramLabel = "PUB")
    private @Nullable Path uploadKey;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    InitCommand(Surroundings surroundings, HostKeyMaker hostKeys, Disk disk) {
        this.surroundings = surroundings;
        this.hostKeys = hostKeys;
        this.disk = disk;
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        Path home = surroundings.workingFolder().resolve(folder).normalize();
        NewHome newHome = new NewHome(home, disk, texts);
        newHome.mustBeNew();
        byte @Nullable [] anchor = certificate == null ? null : newHome.certificate(resolved(certificate));
        byte @Nullable [] key = uploadKey == null ? null : newHome.uploadKey(resolved(uploadKey));
        try {
            newHome.makeFolders();
            newHome.put(NewHome.CERTIFICATE, anchor);
            newHome.put(NewHome.UPLOAD_KEY, key);
            hostKeys.ensure(new Home(home).keys());
            newHome.putConfiguration();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.init-failed", home, why(e)), texts.of("msg.init-failed.cure"));
        }
        nextSteps(home, newHome);
        return ExitCode.DONE;
    }

    private String why(IOException e) {
        return e instanceof AccessDeniedException denied
                ? surroundings.texts().of("msg.denied", denied.getFile())
                : e.toString();
    }

    private Path resolved(Path file) {
        return surroundings.workingFolder().resolve(file);
    }

    private void nextSteps(Path home, NewHome newHome) {
        Texts texts = surroundings.texts();
        PrintWriter out = spec.commandLine().getOut();
        out.println(texts.of("msg.init-done", home));
        int step = 1;
        if (!newHome.has(NewHome.CERTIFICATE)) {
            out.println(texts.of("msg.init-certificate", step++, home.resolve(NewHome.CERTIFICATE)));
        }
        if (!newHome.has(NewHome.UPLOAD_KEY)) {
            out.println(texts.of("msg.init-key", step++, home.resolve(NewHome.UPLOAD_KEY)));
        }
        Path config = home.resolve(ConfigOption.NAME);
        out.println(texts.of("msg.init-edit", step++, config));
        out.println(texts.of("msg.init-check", step++, config));
        out.println(texts.of("msg.init-run", step++, config));
        out.println(texts.of("msg.init-web", step, home.resolve("live"), home));
        out.flush();
    }
}

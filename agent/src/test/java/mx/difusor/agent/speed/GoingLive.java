package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;

/** From the last byte to live: the agent's way, and the script that a sysadmin would write. */
final class GoingLive {

    private final Site site;
    private final Path shell;
    private int copies;

    /** @param shell a folder on the same file system as the site's home */
    GoingLive(Site site, Path shell) throws IOException {
        this.site = site;
        this.shell = Files.createDirectories(shell);
    }

    /**
     * By the kernel's clock alone: from the last write to the signature, which is sent after the package, to the
     * renaming of the live link.
     */
    double agent(Cuts.Cut cut) throws Exception {
        JsonNode receipt = site.deliver(cut.file());
        assertThat(receipt.path("outcome").asText()).as("%s", receipt).isEqualTo("accepted");
        Path kept = site.home().resolve("archive").resolve(Site.EVENT).resolve(Long.toString(cut.sequence()));
        site.awaitLive(cut.sequence());
        FileTime received = Files.getLastModifiedTime(kept.resolve(cut.file().getFileName() + ".p7s"));
        FileTime live = (FileTime) Files.getAttribute(site.live(), "unix:ctime", LinkOption.NOFOLLOW_LINKS);
        return (live.to(TimeUnit.NANOSECONDS) - received.to(TimeUnit.NANOSECONDS)) / 1e6;
    }

    /** The bytes were sent to the agent before, so the package's signature stands beside it. */
    double script(Cuts.Cut cut) throws Exception {
        copies++;
        return Comparison.whole(() -> Shell.bash(shell, """
                        openssl dgst -sha256 -r '%1$s' > sum.%2$d
                        openssl cms -verify -binary -inform DER -in '%1$s.p7s' -content '%1$s' -CAfile '%3$s' \
                          -purpose any -out /dev/null 2> /dev/null
                        mkdir site.%2$d
                        unzip -q '%1$s' -d site.%2$d
                        sync -f site.%2$d
                        ln -s site.%2$d .live
                        mv -T .live live
                        """.formatted(
                                        cut.file(), copies, site.iee().root()))
                        .ok())
                .milliseconds();
    }
}

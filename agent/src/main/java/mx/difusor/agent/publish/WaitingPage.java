package mx.difusor.agent.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;

/** The page that the public sees until there is something to show. The same for every start: it has no clock in it. */
public final class WaitingPage {

    private static final String INDEX = "index.html";

    /** Older than any cut, so that a web server's ETag never takes it for an Institute's page. */
    private static final Instant MODIFIED = Instant.parse("2000-01-01T00:00:00Z");

    private final String difusorName;
    private final Disk disk;

    public WaitingPage(String difusorName, Disk disk) {
        this.difusorName = difusorName;
        this.disk = disk;
    }

    public Target target(String event) throws IOException {
        byte[] html = html().getBytes(StandardCharsets.UTF_8);
        TreeFile file = new TreeFile(INDEX, html.length, Digest.ofContent(html), MODIFIED, 0);
        return new Target(event, "waiting", Tree.of(List.of(file)), null, (files, folder) -> write(html, folder));
    }

    private void write(byte[] html, Path folder) throws IOException {
        disk.write(folder.resolve(INDEX), new ByteArrayInputStream(html), Disk.Access.PUBLIC);
    }

    private String html() throws IOException {
        try (InputStream template = WaitingPage.class.getResourceAsStream("waiting.html")) {
            if (template == null) {
                throw new IOException("the waiting page is missing from the agent's jar");
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{{difusor}}", escape(difusorName));
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

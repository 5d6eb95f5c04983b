package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteServerTest {

    @TempDir
    private Path temp;

    @Test
    void itServesWhatTheLinkPointsAtNow() throws Exception {
        Path live = temp.resolve("live");
        Path one = release("one");
        Path two = release("two");
        Files.createSymbolicLink(live, one);
        try (SiteServer site = SiteServer.start(live)) {
            assertThat(get(site.address()).body()).isEqualTo("one");
            Files.delete(live);
            Files.createSymbolicLink(live, two);

            HttpResponse<String> index = get(site.address());
            assertThat(index.body()).isEqualTo("two");
            assertThat(index.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
            assertThat(get(site.address().resolve("empty.json")).body()).isEmpty();
            assertThat(get(site.address().resolve("none.html")).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void nothingOutsideIsServed() throws Exception {
        Files.writeString(temp.resolve("secret.txt"), "secret");
        Path live = release("one");
        Files.createSymbolicLink(live.resolve("link.txt"), temp.resolve("secret.txt"));
        try (SiteServer site = SiteServer.start(live)) {
            for (String path : new String[] {"/../secret.txt", "/%2e%2e/secret.txt", "/link.txt", "//etc/passwd"}) {
                assertThat(raw(site, path)).as(path).startsWith("HTTP/1.1 4").doesNotContain("secret", "root:");
            }
        }
    }

    private static String raw(SiteServer site, String path) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), site.address().getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path release(String name) throws Exception {
        Path release = Files.createDirectories(temp.resolve(name));
        Files.writeString(release.resolve("index.html"), name);
        Files.createFile(release.resolve("empty.json"));
        return release;
    }

    private static HttpResponse<String> get(URI address) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}

package mx.difusor.agent.speed;

import java.nio.file.Path;
import mx.difusor.agent.e2e.Site;

/**
 * Something that takes uploads over SFTP.
 *
 * @param incoming where files are put, as a client says it, with a slash at its end
 * @param hostKey the public half
 */
record Server(String user, int port, String incoming, Path hostKey) {

    static Server of(Site site) {
        return new Server("iee", site.sftpPort(), "/entrada/", site.home().resolve("keys/ssh_host_ed25519_key.pub"));
    }
}

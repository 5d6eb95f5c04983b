package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.intake.UploaderKeys;

/** Who cannot log in, because the files hold no key: right after a stolen one was taken out, a slip at other times. */
final class KeylessUploaders {

    private KeylessUploaders() {}

    /** What to log about each at a start, where the endpoint has found its files readable. */
    static List<String> warnings(List<Config.Uploader> uploaders) {
        return uploaders.stream()
                .filter(KeylessUploaders::hasNoKey)
                .map(one -> "uploader " + one.name() + " cannot log in: no key in " + one.authorizedKeys()
                        + "; put its public keys there, one a line: they count from the next login, without a restart")
                .toList();
    }

    private static boolean hasNoKey(Config.Uploader uploader) {
        try {
            int keys = 0;
            for (Path file : uploader.authorizedKeys()) {
                keys += UploaderKeys.of(file).keys();
            }
            return keys == 0;
        } catch (IOException e) {
            return false; // gone or unreadable since: whoever reads it at a login says so
        }
    }
}

package mx.difusor.agent.institute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.model.MachineException;

/** Signs any bytes, packages or not, valid certificate or not: for tests that attack. */
public final class SignedBytes {

    private SignedBytes() {}

    /** A detached CMS signature in DER. */
    public static byte[] sign(ThrowawayKeys keys, byte[] content) {
        try {
            Path folder = Files.createTempDirectory("signed");
            Path file = Files.write(folder.resolve("content"), content);
            Path signature = folder.resolve("content.p7s");
            SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE)
                    .sign(file, signature);
            byte[] bytes = Files.readAllBytes(signature);
            Files.delete(file);
            Files.delete(signature);
            Files.delete(folder);
            return bytes;
        } catch (IOException | MachineException e) {
            throw new IllegalStateException(e);
        }
    }
}

package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the endpoint would make of a file of authorized keys.
 *
 * @param keys that let in
 * @param skipped {@code FILE:LINE: why} for each line that does not
 */
public record UploaderKeys(int keys, List<String> skipped) {

    /** @throws IOException where it cannot be read, or is too long */
    public static UploaderKeys of(Path file) throws IOException {
        if (Files.size(file) > AuthorizedKeys.MAX_BYTES) {
            throw new IOException(file + " is larger than " + AuthorizedKeys.MAX_BYTES + " bytes");
        }
        List<String> skipped = new ArrayList<>();
        String text = AuthorizedKeys.text(file);
        int keys = AuthorizedKeys.parse(text, (line, why) -> skipped.add(file + ":" + line + ": " + why))
                .size();
        return new UploaderKeys(keys, List.copyOf(skipped));
    }
}

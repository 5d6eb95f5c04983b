package mx.difusor.agent.institute;

import java.text.Normalizer;
import java.util.Optional;
import mx.difusor.agent.model.ForbiddenNames;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.PathRule;

/** What a path inside a package may be (contract, "A package"), so that nothing is packed that must be refused. */
final class PackagePath {

    private PackagePath() {}

    /** The form in which paths are written: Unicode NFC. */
    static String normal(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC);
    }

    /** Why no difusor would take a file of that path, as the end of a sentence that begins with it. */
    static Optional<String> objection(Kind kind, String path) {
        return PathRule.problem(path).or(() -> ForbiddenNames.objection(kind, path));
    }
}

package mx.difusor.installer;

import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.petitparser.context.Result;
import org.petitparser.context.Token;
import org.petitparser.parser.Parser;
import org.petitparser.utils.Tracer;

/** Reads scripts: by the grammar, and by the rules that PowerShell holds a script to before it runs any of it. */
final class PowerShell {

    sealed interface Reading {}

    record Script(ScriptNode root) implements Reading {}

    /** @param line where it could not be read on, from 1 on */
    record Refused(int line, String why) implements Reading {}

    private final Parser grammar = new PowerShellGrammar().build();

    /** By the grammar alone, and much faster. */
    boolean takes(String text) {
        return grammar.accept(text.replace("\r\n", "\n"));
    }

    Reading read(String text) {
        String lines = text.replace("\r\n", "\n");
        Result result = grammar.parse(lines);
        if (result.isFailure()) {
            int line = Token.lineAndColumnOf(lines, farthest(lines))[0];
            return new Refused(line, "not of the part of PowerShell that the scripts keep to");
        }
        ScriptNode root = new ScriptNode(
                "script", new Token(lines, 0, lines.length(), ""), PowerShellGrammar.nodes(result.get()));
        return twice(root)
                .<Reading>map(node -> new Refused(node.line(), node.text() + " is there twice"))
                .orElse(new Script(root));
    }

    /** A key twice in a table, or a parameter twice in a list of them: PowerShell refuses the whole script. */
    private static Optional<ScriptNode> twice(ScriptNode root) {
        Stream<Stream<ScriptNode>> tables = root.all("hash").map(hash -> children(hash, "pair", "key"));
        Stream<Stream<ScriptNode>> lists = root.all("param").map(param -> children(param, "declared", "target"));
        Stream<Stream<ScriptNode>> settings = root.all("attribute").map(one -> children(one, "setting", "name"));
        return Stream.of(tables, lists, settings)
                .flatMap(several -> several)
                .flatMap(names -> {
                    Set<String> seen = new HashSet<>();
                    return names.filter(
                            name -> !seen.add(name.text().replace("'", "").toLowerCase(Locale.ROOT)));
                })
                .findFirst();
    }

    private static Stream<ScriptNode> children(ScriptNode of, String kind, String name) {
        return of.children().stream().filter(node -> node.is(kind)).map(node -> node.child(name));
    }

    private int farthest(String text) {
        AtomicInteger position = new AtomicInteger();
        Tracer.on(grammar, event -> position.accumulateAndGet(event.context.getPosition(), Math::max))
                .parse(text);
        return position.get();
    }
}

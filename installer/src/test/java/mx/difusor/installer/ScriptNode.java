package mx.difusor.installer;

import java.util.List;
import java.util.stream.Stream;
import org.petitparser.context.Token;

/** A part of a script that {@link PowerShellGrammar} gives a kind, with the parts that it has itself. */
record ScriptNode(String kind, Token token, List<ScriptNode> children) {

    String text() {
        return token.getInput();
    }

    /** From 1 on. */
    int line() {
        return token.getLine();
    }

    int start() {
        return token.getStart();
    }

    boolean is(String kind) {
        return this.kind.equals(kind);
    }

    /** Of this kind, in the order of the text, this one included. */
    Stream<ScriptNode> all(String kind) {
        return within(List.of()).filter(node -> node.is(kind));
    }

    /** This one and all under it but what lies in nodes of these kinds; such nodes themselves are left out too. */
    Stream<ScriptNode> within(List<String> closed) {
        Stream<ScriptNode> below = children.stream()
                .filter(child -> !closed.contains(child.kind()))
                .flatMap(child -> child.within(closed));
        return Stream.concat(Stream.of(this), below);
    }

    /** The first child of this kind. @throws java.util.NoSuchElementException where the grammar has none */
    ScriptNode child(String kind) {
        return children.stream().filter(node -> node.is(kind)).findFirst().orElseThrow();
    }

    /** Of a variable: its name without signs, in lower case, as PowerShell takes it. */
    String variable() {
        return text().replaceAll("[${}@]", "").toLowerCase(java.util.Locale.ROOT);
    }
}

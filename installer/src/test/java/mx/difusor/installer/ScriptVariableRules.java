package mx.difusor.installer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a script reads only variables that it set before, and what PSScriptAnalyzer says of variables and blocks. A
 * variable that is set in one branch counts as set after it.
 */
final class ScriptVariableRules {

    /** @param from where in the text the variable has its value */
    private record Setting(ScriptNode target, int from) {}

    /**
     * The script outside its functions, or one of these.
     *
     * @param sets the first setting of each variable, by its name
     */
    private record Scope(List<ScriptNode> nodes, Map<String, Setting> sets) {

        static Scope of(ScriptNode owner) {
            List<ScriptNode> nodes = owner.children().stream()
                    .filter(child -> !child.is("function"))
                    .flatMap(child -> child.within(List.of("function")))
                    .toList();
            Map<String, Setting> sets = new LinkedHashMap<>();
            for (ScriptNode node : nodes) {
                if (Set.of("assignment", "declared", "foreach").contains(node.kind())) {
                    targets(node).forEach(target -> sets.putIfAbsent(target.variable(), setting(node, target)));
                }
            }
            return new Scope(nodes, sets);
        }

        /** What is assigned has no value before the end of the assignment, nor what counts a loop before its list's. */
        private static Setting setting(ScriptNode node, ScriptNode target) {
            ScriptNode before = node.is("declared") ? target : node.is("foreach") ? node.child("pipeline") : node;
            return new Setting(target, before.token().getStop());
        }

        boolean has(ScriptNode read) {
            Setting setting = sets.get(read.variable());
            return setting != null && setting.from() <= read.start();
        }

        Stream<ScriptNode> reads() {
            Stream<ScriptNode> added = nodes.stream()
                    .filter(node -> node.is("assignment") && adds(node))
                    .flatMap(ScriptVariableRules::targets);
            return Stream.concat(nodes.stream().filter(node -> node.is("variable") || node.is("splat")), added);
        }

        Set<String> names() {
            return nodes.stream()
                    .filter(node -> node.is("variable") || node.is("splat"))
                    .map(ScriptNode::variable)
                    .collect(Collectors.toSet());
        }
    }

    private final List<String> findings = new ArrayList<>();
    private final ScriptNode script;

    private ScriptVariableRules(ScriptNode script) {
        this.script = script;
    }

    /** @return what is wrong, each with its line; nothing where all is well */
    static List<String> findings(ScriptNode script) {
        ScriptVariableRules rules = new ScriptVariableRules(script);
        rules.scopes();
        rules.automatic();
        rules.current();
        rules.comparisons();
        rules.lost();
        script.all("catch")
                .filter(caught -> caught.child("statements").children().isEmpty())
                .forEach(caught -> rules.add(caught, "an error is caught and nothing done"));
        return rules.findings;
    }

    private static Stream<ScriptNode> targets(ScriptNode node) {
        return node.children().stream().filter(child -> child.is("target"));
    }

    private static boolean adds(ScriptNode assignment) {
        return assignment.children().stream().anyMatch(child -> child.text().equals("+="));
    }

    private void add(ScriptNode where, String what) {
        findings.add(where.line() + ": " + what);
    }

    private void scopes() {
        Scope whole = Scope.of(script);
        List<Scope> functions = script.all("function").map(Scope::of).toList();
        Set<String> read = Stream.concat(Stream.of(whole), functions.stream())
                .flatMap(scope -> scope.names().stream())
                .collect(Collectors.toSet());
        reads(whole, Set.of());
        unread(whole, read);
        for (Scope function : functions) {
            reads(function, whole.sets().keySet());
            unread(function, function.names());
            copies(function, whole);
        }
    }

    private void reads(Scope scope, Set<String> outside) {
        scope.reads().forEach(read -> {
            String name = read.variable();
            boolean given = KnownOnWindows.AUTOMATIC.contains(name) || KnownOnWindows.ENVIRONMENT.contains(name);
            if (!scope.has(read) && !given && !outside.contains(name)) {
                add(read, read.text() + " is read, and was not set before");
            }
        });
    }

    private void unread(Scope scope, Set<String> read) {
        scope.sets().values().stream()
                .map(Setting::target)
                .filter(target ->
                        !read.contains(target.variable()) && !target.variable().startsWith("env:"))
                .filter(target -> !KnownOnWindows.PREFERENCES.contains(target.variable()))
                .filter(target -> !KnownOnWindows.AUTOMATIC.contains(target.variable()))
                .forEach(target -> add(target, target.text() + " is set and never read"));
    }

    /** In a function an assignment makes a variable of its own, and leaves the script's as it was. */
    private void copies(Scope function, Scope whole) {
        function.nodes().stream()
                .filter(node -> node.is("assignment"))
                .flatMap(ScriptVariableRules::targets)
                .filter(target -> whole.sets().containsKey(target.variable()))
                .filter(target -> !KnownOnWindows.AUTOMATIC.contains(target.variable())
                        && !target.variable().startsWith("env:"))
                .forEach(target -> add(target, target.text() + " is the script's, and a function sets only a copy"));
    }

    private void automatic() {
        script.all("target")
                .filter(target -> KnownOnWindows.AUTOMATIC.contains(target.variable()))
                .filter(target -> !target.text().equals("$null"))
                .forEach(target -> add(target, target.text() + " is PowerShell's to set"));
        script.all("target")
                .filter(target -> target.variable().startsWith("env:"))
                .filter(target -> !KnownOnWindows.ENVIRONMENT.contains(target.variable()))
                .forEach(target -> add(target, target.text() + " is not among the known"));
    }

    /** What stands for the thing at hand has one only in a block that PowerShell calls, and where an error was caught. */
    private void current() {
        script.within(List.of("catch", "scriptBlock"))
                .filter(node -> node.is("variable") && node.text().equals("$_"))
                .forEach(read -> add(read, "$_ stands for nothing here"));
    }

    /** With a list on its left, -eq picks out of the list. */
    private void comparisons() {
        script.all("expression").forEach(expression -> {
            List<ScriptNode> parts = expression.children();
            for (int i = 1; i < parts.size(); i++) {
                if (parts.get(i).text().equals("$null")
                        && parts.get(i - 1).text().matches("-(eq|ne)")) {
                    add(parts.get(i), "$null belongs on the left");
                }
            }
        });
    }

    /** A value that nobody takes is put out among the results; only what a method does can be meant for itself. */
    private void lost() {
        script.within(List.of("scriptBlock"))
                .filter(node -> node.is("statements"))
                .flatMap(statements -> statements.children().stream())
                .filter(statement ->
                        statement.is("pipeline") && statement.children().size() == 1)
                .map(statement -> statement.children().get(0))
                .filter(stage -> stage.is("expression") && !callsLast(stage))
                .forEach(stage -> add(stage, "nobody takes this value"));
    }

    private static boolean callsLast(ScriptNode expression) {
        boolean operates = expression.children().stream().anyMatch(child -> child.is("operator"));
        ScriptNode last = expression.children().get(expression.children().size() - 1);
        return !operates && last.is("member") && last.children().size() == 2;
    }
}

package mx.difusor.installer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import mx.difusor.installer.KnownOnWindows.Signature;

/** Whether a script calls only what is there, and each with what it takes. */
final class ScriptCallRules {

    private final ScriptNode script;
    private final Function<String, ScriptNode> scripts;
    private final Map<String, Signature> own;
    private final List<String> findings = new ArrayList<>();

    /** @param scripts another script, by the path that it is called by */
    private ScriptCallRules(ScriptNode script, Function<String, ScriptNode> scripts) {
        this.script = script;
        this.scripts = scripts;
        this.own = script.all("function")
                .collect(Collectors.toMap(function -> function.child("name").text(), ScriptCallRules::declared));
    }

    /** @return what is wrong, each with its line; nothing where all is well */
    static List<String> findings(ScriptNode script, Function<String, ScriptNode> scripts) {
        ScriptCallRules rules = new ScriptCallRules(script, scripts);
        rules.functions();
        script.all("pipeline").forEach(rules::pipeline);
        script.all("type").forEach(type -> rules.known(KnownOnWindows.TYPES, type, type.text()));
        script.all("member").forEach(member -> rules.known(KnownOnWindows.MEMBERS, member, member(member)));
        script.all("static")
                .forEach(one -> rules.known(
                        KnownOnWindows.STATICS, one, one.child("type").text() + "::" + member(one)));
        script.all("attribute").forEach(rules::attribute);
        script.all("statements").forEach(rules::exitCodes);
        return rules.findings;
    }

    /** What a function or a whole script takes: every parameter has a place, but switches; none may be missing. */
    private static Signature declared(ScriptNode owner) {
        Map<String, Boolean> parameters = new LinkedHashMap<>();
        owner.children().stream()
                .filter(child -> child.is("param"))
                .flatMap(param -> param.children().stream())
                .filter(child -> child.is("declared"))
                .forEach(one -> parameters.put(
                        one.child("target").text().substring(1),
                        one.children().stream().noneMatch(type -> type.text().equals("switch"))));
        int values = Math.toIntExact(
                parameters.values().stream().filter(takes -> takes).count());
        return new Signature(values, values, parameters);
    }

    private static String member(ScriptNode node) {
        String name = node.child("name").text();
        return node.children().stream()
                .filter(child -> child.is("call"))
                .findFirst()
                .map(call -> name + "/" + call.children().size())
                .orElse(name);
    }

    private void add(ScriptNode where, String what) {
        findings.add(where.line() + ": " + what);
    }

    private void known(Set<String> known, ScriptNode where, String name) {
        if (!known.contains(name)) {
            add(where, name + " is not among the known");
        }
    }

    private void functions() {
        Set<String> called =
                script.all("command").map(call -> call.child("name").text()).collect(Collectors.toSet());
        script.all("function").map(function -> function.child("name")).forEach(name -> {
            known(
                    KnownOnWindows.VERBS,
                    name,
                    name.text().substring(0, name.text().indexOf('-')));
            if (!called.contains(name.text())) {
                add(name, name.text() + " is never called");
            }
        });
    }

    private void pipeline(ScriptNode pipeline) {
        List<ScriptNode> stages = pipeline.children();
        for (int i = 0; i < stages.size(); i++) {
            ScriptNode call = stages.get(i);
            int piped = i == 0 ? 0 : 1;
            if (call.is("command")) {
                command(call, piped);
            } else if (call.is("invocation")) {
                invocation(call);
            }
        }
    }

    private void command(ScriptNode call, int piped) {
        String name = call.child("name").text();
        Signature signature = own.getOrDefault(name, KnownOnWindows.COMMANDS.get(name));
        if (signature == null) {
            add(call, name + " is not among the known, or not written like them");
            return;
        }
        List<ScriptNode> places = arguments(call, name, signature, piped);
        for (ScriptNode word : places.stream().filter(place -> place.is("word")).toList()) {
            boolean type = name.equals("New-Object") && KnownOnWindows.TYPES.contains(word.text());
            boolean program = own.containsKey(name) && KnownOnWindows.PROGRAMS.containsKey(word.text());
            if (!type && !program) {
                add(word, word.text() + " wants quotes, or is not among the known");
            }
        }
    }

    /** Another script takes what it declares, a program what is known of it. */
    private void invocation(ScriptNode call) {
        ScriptNode callee = call.child("callee");
        String path = callee.all("literal")
                .map(literal -> literal.text().replace("'", ""))
                .findFirst()
                .orElse(callee.text());
        if (path.endsWith(".ps1")) {
            // The parameters of a whole script have defaults.
            arguments(
                    call,
                    path,
                    new Signature(0, 0, declared(scripts.apply(path)).parameters()),
                    0);
            return;
        }
        if (callee.children().isEmpty()) {
            known(KnownOnWindows.PROGRAMS.keySet(), callee, path);
        }
        Set<String> words = KnownOnWindows.PROGRAMS.getOrDefault(path.substring(path.lastIndexOf('\\') + 1), Set.of());
        call.children().stream()
                .filter(argument -> argument.is("word") || argument.is("named"))
                .forEach(word -> known(words, word, word.text()));
    }

    /** @return the arguments without a name, once all are held against what the command takes */
    private List<ScriptNode> arguments(ScriptNode call, String name, Signature signature, int piped) {
        List<ScriptNode> given = call.children();
        List<ScriptNode> places = new ArrayList<>();
        int values = piped;
        int before = findings.size();
        for (int i = 1; i < given.size(); i++) {
            ScriptNode argument = given.get(i);
            if (!argument.is("named")) {
                places.add(argument);
                values++;
                continue;
            }
            String parameter = argument.text().substring(1);
            Boolean takes = signature.parameters().get(parameter);
            if (takes == null) {
                add(argument, name + " has no " + argument.text());
            } else if (takes && (i + 1 == given.size() || given.get(i + 1).is("named"))) {
                add(argument, argument.text() + " wants a value");
            } else if (takes) {
                i++;
                values += parameter.startsWith("Error") || parameter.startsWith("Warning") ? 0 : 1;
                word(parameter, given.get(i));
            }
        }
        if (findings.size() == before) {
            count(call, name, signature, places.size(), values);
        }
        return places;
    }

    private void count(ScriptNode call, String name, Signature signature, int places, int values) {
        if (places > signature.places()) {
            add(call, name + " takes fewer values without a name");
        } else if (values < signature.least()) {
            add(call, name + " wants more");
        }
    }

    private void word(String parameter, ScriptNode value) {
        if (value.is("word")
                && !KnownOnWindows.VALUES.getOrDefault(parameter, Set.of()).contains(value.text())) {
            add(value, value.text() + " is no value of -" + parameter);
        }
    }

    private void attribute(ScriptNode attribute) {
        String name = attribute.child("name").text();
        known(KnownOnWindows.ATTRIBUTES, attribute, name);
        attribute.children().stream()
                .filter(child -> child.is("setting"))
                .forEach(setting -> known(
                        KnownOnWindows.ATTRIBUTES,
                        setting,
                        name + ":" + setting.child("name").text()));
    }

    /** PowerShell goes on after a program that failed, unless the next statement looks. */
    private void exitCodes(ScriptNode statements) {
        List<ScriptNode> each = statements.children();
        for (int i = 0; i < each.size(); i++) {
            boolean runs = each.get(i)
                    .within(List.of("statements"))
                    .anyMatch(node -> node.is("invocation")
                            && !node.child("callee").text().contains(".ps1'"));
            if (runs && (i + 1 == each.size() || !looks(each.get(i + 1)))) {
                add(each.get(i), "nobody looks at the exit code");
            }
        }
    }

    private static boolean looks(ScriptNode statement) {
        return statement.is("if")
                && statement
                        .children()
                        .get(0)
                        .all("variable")
                        .anyMatch(read -> read.text().equals("$LASTEXITCODE"));
    }
}

package mx.difusor.installer;

import static org.petitparser.parser.primitive.CharacterParser.anyOf;
import static org.petitparser.parser.primitive.CharacterParser.digit;
import static org.petitparser.parser.primitive.CharacterParser.pattern;
import static org.petitparser.parser.primitive.StringParser.ofIgnoringCase;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.petitparser.context.Token;
import org.petitparser.parser.Parser;
import org.petitparser.parser.primitive.StringParser;
import org.petitparser.tools.GrammarDefinition;

/**
 * What the scripts may be made of: a part of the language of Windows PowerShell 5.1, and nothing that it would not take.
 * Where PowerShell leaves a choice there is mostly one way here: keywords in lower case, a blank around every operator, an
 * argument apart from the next, strings that end on their line, no aliases for syntax. Lines end in line feeds alone.
 *
 * <p>It reads characters, not tokens, since PowerShell reads the same characters otherwise in a command than in an
 * expression. What a rule of the language asks is said where the rule is.
 */
final class PowerShellGrammar extends GrammarDefinition {

    /** Those of 5.1, and what it reserves for itself; none may be the name of a command. */
    private static final String KEYWORDS =
            "assembly base begin break catch class command configuration continue data define do dynamicparam else elseif"
                    + " end enum exit filter finally for foreach from function hidden if in inlinescript interface module"
                    + " namespace parallel param private process public return sequence static switch throw trap try type"
                    + " until using var while workflow";

    private static final String OPERATORS =
            "-and -or -eq -ne -lt -le -gt -ge -like -notlike -match -notmatch -in -notin"
                    + " -contains -notcontains -join -split -replace -f +";

    PowerShellGrammar() {
        layout();
        words();
        strings();
        expressions();
        commands();
        statements();
        blocks();
        parameters();
        def("start", all(ref("blank").star(), ref("body")).end());
    }

    private void layout() {
        Parser blanks = signs(" ").star();
        // PowerShell obeys #requires, and a signature would have to be the last thing in the file.
        Parser special = either(ofIgnoringCase("requires"), ofIgnoringCase(" sig "));
        Parser comment = all(signs("#"), special.not(), ref("printable").star());
        Parser help = all(
                signs("<#"),
                all(signs("#>").not(), ref("printable").or(signs("\n"))).star(),
                signs("#>"),
                blanks);
        def("printable", pattern(" -~"));
        def("blank", all(blanks, comment.or(help).optional(), signs("\n")));
        def(
                "lineEnd",
                all(
                        all(signs(" ").plus(), comment).or(blanks),
                        signs("\n"),
                        ref("blank").star(),
                        blanks));
        def("gap", all(signs(" ").plus(), all(signs("`\n"), blanks).optional()));
        def("mayBreak", either(ref("lineEnd"), blanks));
        def("breakOrGap", either(ref("lineEnd"), ref("gap")));
        def("separator", either(ref("lineEnd"), all(blanks, signs(";"), blanks)));
    }

    private void words() {
        Parser name = all(pattern("A-Za-z_"), pattern("A-Za-z0-9_").star());
        def("name", name);
        def("wordEnds", pattern("A-Za-z0-9_.-").not());
        def("reserved", all(anyCase(KEYWORDS), ref("wordEnds")));
        // A question mark would belong to the name, and a colon would end the name of a drive.
        def("variableName", all(signs("env:").optional(), name, anyOf("?:").not()));
        def("variable", node("variable", all(signs("$"), ref("variableName"))));
        def("target", node("target", all(signs("$"), ref("variableName"))));
        // Neither a parameter nor what a loop counts with lies in a drive.
        def("local", node("target", all(signs("$"), signs("env:").not(), ref("variableName"))));
        def("number", node("number", all(digit().repeat(1, 9), ref("wordEnds"))));
        def("typeName", node("type", all(name, all(signs("."), name).star())));
        def(
                "type",
                all(
                        signs("["),
                        ofIgnoringCase("ordered]").not(),
                        ref("typeName"),
                        signs("[]").optional(),
                        signs("]")));
    }

    private void strings() {
        Parser plain = all(anyOf("'\n").not(), ref("printable"));
        def("literal", node("literal", all(signs("'"), signs("''").or(plain).star(), signs("'"))));
        Parser text = all(anyOf("\"$`\n").not(), ref("printable"));
        Parser escaped = all(signs("`"), anyOf("`\"$0nrt"));
        Parser braced = node("variable", all(signs("${"), ref("name"), signs("}")));
        Parser computed = all(signs("$("), ref("pipeline"), signs(")"));
        // A brace after a name is text to PowerShell; here it is one that lacks its other.
        Parser named = all(ref("variable"), signs("}").not());
        Parser part = either(signs("\"\""), escaped, computed, braced, named, text);
        def("expandable", node("expandable", all(signs("\""), part.star(), signs("\""))));
        def("string", ref("literal").or(ref("expandable")));
    }

    private void expressions() {
        Parser member =
                node("member", all(signs("."), ref("memberName"), ref("call").optional()));
        Parser index = all(signs("["), ref("expression"), signs("]"));
        Parser statics = node(
                "static",
                all(ref("type"), signs("::"), ref("memberName"), ref("call").optional()));
        def("memberName", node("name", ref("name")));
        def("call", node("call", list("(", ref("scalar"), ")")));
        def("parenthesis", all(signs("("), ref("mayBreak"), ref("pipeline"), ref("mayBreak"), signs(")")));
        def(
                "reference",
                all(ref("variable").or(ref("parenthesis")), member.or(index).star()));
        def("array", all(signs("@("), ref("mayBreak"), ref("pipeline").optional(), ref("mayBreak"), signs(")")));

        Parser key = node("key", either(ref("literal"), all(ref("reserved").not(), ref("name"))));
        Parser pair = node("pair", all(key, ref("gap"), signs("="), ref("gap"), ref("pipeline")));
        Parser pairs = all(pair, all(ref("separator"), pair).star());
        def("hash", node("hash", all(signs("@{"), ref("mayBreak"), pairs.optional(), ref("mayBreak"), signs("}"))));

        Parser ordered = all(signs("[ordered]"), ref("gap").optional(), ref("hash"));
        Parser cast = all(ref("type"), ref("gap").optional(), ref("unary"));
        Parser negation = all(signs("-not"), ref("wordEnds"), ref("gap").optional(), ref("unary"));
        Parser primary = either(ref("reference"), ref("number"), ref("string"), ref("array"), ref("hash"));
        def("unary", either(negation, statics.seq(member.or(index).star()), ordered, cast, primary));

        Parser operator =
                node("operator", all(exactly(OPERATORS), pattern("A-Za-z0-9_+=").not()));
        Parser elements = separated(ref("unary"));
        def("expression", operation(operator, elements));
        // Between a method's parentheses a comma parts arguments, and makes no array.
        def("scalar", operation(operator, ref("unary")));
    }

    private Parser operation(Parser operator, Parser operand) {
        return node(
                "expression",
                all(
                        operand,
                        all(ref("gap"), operator, ref("breakOrGap"), operand).star()));
    }

    private void commands() {
        Parser ends = either(anyOf(" \n|);}").and(), pattern("\0-\uffff").not());
        Parser named = node("named", all(signs("-"), pattern("A-Za-z").plus()));
        Parser splat = node("splat", all(signs("@"), ref("name")));
        Parser bare = all(pattern("A-Za-z0-9/"), pattern("A-Za-z0-9_./:-").star());
        Parser word = node(
                "word",
                either(bare, all(signs("--"), pattern("a-z"), pattern("a-z-").star())));
        Parser argument = either(
                named,
                splat,
                node("value", ref("reference")),
                ref("string"),
                node("value", ref("array")),
                node("value", ref("hash")),
                ref("scriptBlock"),
                ref("number"),
                word);
        Parser arguments = all(ref("gap"), argument, ends).star();
        Parser program = all(
                ref("reserved").not(),
                pattern("A-Za-z"),
                pattern("A-Za-z0-9_.-").star());
        Parser callee = node("callee", either(program, ref("reference"), ref("string")));
        def("command", node("command", all(node("name", program), ends, arguments)));
        def("invocation", node("invocation", all(signs("&"), ref("gap"), callee, ends, arguments)));

        Parser stage = ref("command").or(ref("invocation"));
        Parser further = all(ref("gap").optional(), signs("|"), ref("mayBreak"), stage);
        def("pipeline", node("pipeline", all(ref("expression").or(stage), further.star())));
    }

    private void statements() {
        Parser one = all(ref("target"), ref("gap"), node("operator", exactly("+= =")), ref("gap"));
        Parser several = all(separated(ref("target")), ref("gap"), signs("="), ref("gap"));
        def("assignment", node("assignment", all(one.or(several), ref("pipeline"))));

        Parser otherwise = all(
                all(between("elseif"), ref("condition")).star(),
                all(between("else"), ref("block")).optional());
        def("if", node("if", all(keyword("if"), ref("gap"), ref("condition"), otherwise)));
        def("condition", all(ref("parenthesis"), ref("gap"), ref("block")));

        Parser each = all(ref("local"), ref("gap"), signs("in"), ref("gap"), ref("pipeline"), ref("mayBreak"));
        def(
                "foreach",
                node(
                        "foreach",
                        all(keyword("foreach"), ref("gap"), signs("("), each, signs(")"), ref("gap"), ref("block"))));

        Parser caught = all(between("catch"), node("catch", ref("block")));
        Parser last = all(between("finally"), ref("block"));
        Parser rescue = either(all(caught, last.optional()), last);
        def("try", node("try", all(keyword("try"), ref("gap"), ref("block"), rescue)));

        Parser thrown = node("throw", all(keyword("throw"), ref("gap"), ref("pipeline")));
        Parser returned = node(
                "return",
                all(keyword("return"), all(ref("gap"), ref("pipeline")).optional()));
        Parser simple = either(thrown, returned, node("continue", keyword("continue")));
        Parser composed = either(ref("function"), ref("if"), ref("foreach"), ref("try"));
        def("statement", either(composed, simple, ref("assignment"), ref("pipeline")));
    }

    private void blocks() {
        Parser several =
                all(ref("statement"), all(ref("separator"), ref("statement")).star());
        def("statements", node("statements", several.optional()));
        def("block", all(signs("{"), ref("mayBreak"), ref("statements"), ref("mayBreak"), signs("}")));
        def("scriptBlock", node("scriptBlock", ref("block")));
        def("body", all(all(ref("param"), ref("lineEnd")).optional(), ref("statements"), ref("mayBreak")));
        Parser verbAndNoun = node(
                "name",
                all(pattern("A-Za-z").plus(), signs("-"), pattern("A-Za-z").plus()));
        def(
                "function",
                node(
                        "function",
                        all(
                                keyword("function"),
                                ref("gap"),
                                verbAndNoun,
                                ref("gap"),
                                signs("{"),
                                ref("mayBreak"),
                                ref("body"),
                                signs("}"))));
    }

    private void parameters() {
        Parser constant = either(ref("number"), ref("literal"), exactly("$true $false"));
        Parser property = node("name", ref("name"));
        Parser setting = node("setting", all(property, ref("gap"), signs("="), ref("gap"), constant));
        Parser settings = either(list("(", setting, ")"), list("(", constant, ")"));
        def("attribute", node("attribute", all(signs("["), node("name", ref("name")), settings, signs("]"))));
        Parser marks =
                all(ref("attribute").or(ref("type")), ref("gap").optional()).star();
        Parser assumed = all(ref("gap"), signs("="), ref("gap"), ref("unary"));
        Parser declared = node("declared", all(marks, ref("local"), assumed.optional()));
        Parser head = all(ref("attribute"), ref("lineEnd")).optional();
        def("param", node("param", all(head, signs("param"), list("(", declared, ")"))));
    }

    private Parser list(String open, Parser item, String close) {
        return all(signs(open), ref("mayBreak"), separated(item).optional(), ref("mayBreak"), signs(close));
    }

    private Parser separated(Parser item) {
        return all(
                item,
                all(ref("gap").optional(), signs(","), ref("mayBreak"), item).star());
    }

    private Parser between(String keyword) {
        return all(ref("gap"), keyword(keyword), ref("gap"));
    }

    private Parser keyword(String keyword) {
        return all(signs(keyword), ref("wordEnds"));
    }

    private static Parser signs(String text) {
        return StringParser.of(text);
    }

    /** One of the words, the longest first where one begins another. */
    private static Parser exactly(String words) {
        return either(longestFirst(words).map(PowerShellGrammar::signs).toArray(Parser[]::new));
    }

    private static Parser anyCase(String words) {
        return either(longestFirst(words).map(word -> ofIgnoringCase(word)).toArray(Parser[]::new));
    }

    private static Stream<String> longestFirst(String words) {
        return Arrays.stream(words.split(" ", -1)).sorted((one, other) -> other.length() - one.length());
    }

    private static Parser all(Parser first, Parser... next) {
        return first.seq(next);
    }

    private static Parser either(Parser... choices) {
        return choices[0].or(Arrays.copyOfRange(choices, 1, choices.length));
    }

    private static Parser node(String kind, Parser parser) {
        return parser.token().map((Token token) -> new ScriptNode(kind, token, nodes(token.getValue())));
    }

    /** Nodes out of what sequences and repetitions gave, in their order. */
    static List<ScriptNode> nodes(Object parsed) {
        if (parsed instanceof ScriptNode one) {
            return List.of(one);
        }
        if (parsed instanceof List<?> several) {
            return several.stream().flatMap(each -> nodes(each).stream()).toList();
        }
        return List.of();
    }
}

package mx.difusor.installer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * Reads a PowerShell script as far as its tokens and nesting go: comments, strings with what is computed inside them,
 * here-strings, brackets, statements. Of the grammar within a statement it knows nothing; docs/windows.md says what that
 * leaves open.
 */
final class PowerShellText {

    /** A word, operator, string or bracket outside of comments. */
    record Token(String text, int line, boolean command) {}

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Deque<Token> open = new ArrayDeque<>();
    private int at;
    private int line = 1;
    private boolean begins = true;

    private PowerShellText(String source) {
        this.source = source;
    }

    static PowerShellText read(String source) {
        PowerShellText text = new PowerShellText(source.replace("\r\n", "\n"));
        text.code(false);
        for (Token bracket : text.open) {
            text.problems.add(bracket.line() + ": " + bracket.text() + " is not closed");
        }
        return text;
    }

    List<Token> tokens() {
        return List.copyOf(tokens);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    private char here(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : '\0';
    }

    private void advance() {
        if (here(0) == '\n') {
            line++;
        }
        at++;
    }

    private void problem(int where, String what) {
        problems.add(where + ": " + what);
    }

    /** @param inString until the parenthesis that closes a subexpression of a string */
    private void code(boolean inString) {
        int depth = open.size();
        while (at < source.length()) {
            if (source.startsWith("<#", at)) {
                comment();
            } else if (here(0) == '#') {
                while (at < source.length() && here(0) != '\n') {
                    at++;
                }
            } else if (here(0) == '`' && here(1) == '\n') {
                at++;
                line++;
                at++;
            } else if (Character.isWhitespace(here(0))) {
                begins |= here(0) == '\n' && !continued();
                advance();
            } else if (inString && here(0) == ')' && open.size() == depth) {
                return;
            } else {
                token();
            }
        }
        if (inString) {
            problem(line, "a subexpression of a string does not end");
        }
    }

    /** A list goes on after its comma, a pipe after its bar. */
    private boolean continued() {
        String last = tokens.isEmpty() ? "" : tokens.get(tokens.size() - 1).text();
        return last.equals(",") || last.equals("|") || (!open.isEmpty() && "([".contains(closing(open.peek())));
    }

    private static String closing(Token bracket) {
        String text = bracket.text();
        return text.substring(text.length() - 1);
    }

    private void comment() {
        int began = line;
        while (at < source.length() && !source.startsWith("#>", at)) {
            advance();
        }
        if (at >= source.length()) {
            problem(began, "a comment does not end");
        }
        at = Math.min(source.length(), at + 2);
    }

    private void token() {
        int began = line;
        int from = at;
        if (source.startsWith("@'\n", at) || source.startsWith("@\"\n", at)) {
            hereString();
        } else if (here(0) == '\'') {
            single();
        } else if (here(0) == '"') {
            quoted();
        } else if ("@$".indexOf(here(0)) >= 0 && (here(1) == '(' || here(1) == '{')) {
            if (here(0) == '$' && here(1) == '{') {
                variable();
            } else {
                at += 2;
                opens(source.substring(from, at), began);
                return;
            }
        } else if ("([{".indexOf(here(0)) >= 0) {
            at++;
            opens(source.substring(from, at), began);
            return;
        } else if (")]}".indexOf(here(0)) >= 0) {
            at++;
            closes(source.substring(from, at), began);
            return;
        } else {
            word();
        }
        at = Math.min(at, source.length());
        add(source.substring(from, at), began);
    }

    private void opens(String bracket, int began) {
        Token token = new Token(bracket, began, false);
        tokens.add(token);
        open.push(token);
        begins = !bracket.endsWith("[");
    }

    private void closes(String bracket, int began) {
        String expected = bracket.equals(")") ? "(" : bracket.equals("]") ? "[" : "{";
        if (open.isEmpty() || !open.peek().text().endsWith(expected)) {
            problem(began, bracket + " closes nothing");
        } else {
            open.pop();
        }
        tokens.add(new Token(bracket, began, false));
        begins = bracket.equals("}");
    }

    private void add(String text, int began) {
        tokens.add(new Token(text, began, begins));
        begins = text.equals("|") || text.equals(";") || text.equals("&") || text.equals("=") || text.equals("+=");
    }

    private void variable() {
        int began = line;
        while (at < source.length() && here(0) != '}' && here(0) != '\n') {
            at++;
        }
        if (here(0) != '}') {
            problem(began, "the name of a variable does not end");
        }
        at++;
    }

    private void word() {
        if (",;|&=".indexOf(here(0)) >= 0) {
            at++;
            return;
        }
        int from = at;
        while (at < source.length()
                && !Character.isWhitespace(here(0))
                && "()[]{},;|'\"#".indexOf(here(0)) < 0
                && (at == from || here(0) != '=')) {
            at += here(0) == '`' ? 2 : 1;
        }
        if (here(0) == '=' && "+-*".indexOf(source.charAt(at - 1)) >= 0) {
            at++;
        }
        if (here(0) == '#' && at > from) {
            at++;
        }
    }

    private void single() {
        int began = line;
        at++;
        while (at < source.length() && (here(0) != '\'' || here(1) == '\'')) {
            if (here(0) == '\'') {
                at++;
            }
            advance();
        }
        ended(began);
    }

    private void quoted() {
        int began = line;
        at++;
        while (at < source.length() && (here(0) != '"' || here(1) == '"')) {
            if (here(0) == '`' || here(0) == '"') {
                advance();
                advance();
            } else if (here(0) == '$' && here(1) == '(') {
                at += 2;
                code(true);
                at++;
            } else {
                advance();
            }
        }
        ended(began);
    }

    private void ended(int began) {
        if (at >= source.length()) {
            problem(began, "a string does not end");
        } else if (line > began) {
            // PowerShell allows it; in these scripts it is a quote too few.
            problem(began, "a string goes over the end of its line");
        }
        at++;
    }

    private void hereString() {
        int began = line;
        String end = "\n" + here(1) + "@";
        int found = source.indexOf(end, at + 2);
        if (found < 0) {
            problem(began, "a here-string does not end");
            found = source.length() - end.length();
        }
        while (at < found + end.length()) {
            advance();
        }
    }

    @Override
    public String toString() {
        return Objects.toString(problems);
    }
}

package mx.difusor.agent.verify;

/**
 * Something that a reader of the receipt should look at and that keeps no package out.
 *
 * @param code stable, for programs: docs/packages.md lists them
 * @param text what was found, with numbers, as the end of a sentence that begins with the file
 */
record Remark(String code, String text) {

    /** Longer than any honest one. */
    static final int MAX_CHARACTERS = 600;

    /** As a receipt shows it: one bounded line that begins with the code. */
    String about(String path) {
        String line = code + ": " + PackagePath.printable(path) + " " + text;
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS - 1) + "…";
    }
}

package mx.difusor.agent.verify;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds a text's one encoding: ASCII and UTF-8 (with a byte order mark or without), or else Windows-1252, as spreadsheets
 * of Mexican institutes write it.
 *
 * @param charset null where there is none
 * @param problem why there is none, as the end of a sentence that begins with the file; else empty
 */
record TextEncoding(@Nullable Charset charset, String problem) {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int MARK_BYTES = 3;

    /** One pass over all bytes, in whatever portions they come. */
    static final class Scan {
        private boolean nul;
        private boolean utf8 = true;
        private boolean windows = true;
        private boolean spanishUtf8;
        private int mark;
        private int marked;
        private int continuations;
        private int lowest;
        private int highest;
        private int previous;

        void take(byte[] bytes, int from, int to) {
            int at = from;
            while (at < to) {
                int begun = at;
                // Most of any text: neither NUL nor above ASCII.
                while (at < to && bytes[at] > 0 && continuations == 0 && marked == MARK_BYTES) {
                    at++;
                }
                if (at > begun) {
                    previous = bytes[at - 1];
                }
                if (at < to) {
                    next(bytes[at++] & 0xff);
                }
            }
        }

        private void next(int b) {
            if (marked < MARK_BYTES) {
                mark = mark << 8 | b;
                marked++;
            }
            nul |= b == 0;
            windows &= b != 0x81 && b != 0x8D && b != 0x8F && b != 0x90 && b != 0x9D;
            // Spanish letters in UTF-8; in Windows-1252 these are a capital A with a tilde or circumflex and a sign.
            spanishUtf8 |= (previous == 0xC2 || previous == 0xC3) && b >= 0x80 && b <= 0xBF;
            utf8 &= continues(b);
            previous = b;
        }

        /** RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
        private boolean continues(int b) {
            if (continuations > 0) {
                continuations--;
                boolean good = b >= lowest && b <= highest;
                lowest = 0x80;
                highest = 0xBF;
                return good;
            }
            if (b < 0x80) {
                return true;
            }
            continuations = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
            lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
            return b >= 0xC2 && b <= 0xF4;
        }

        TextEncoding end() {
            boolean begunAsUtf8 = mark == 0xEFBBBF;
            boolean whole = utf8 && continuations == 0;
            if (nul) {
                return new TextEncoding(null, "has a NUL byte: save it as UTF-8 text, not as UTF-16 or a spreadsheet");
            } else if (whole) {
                return new TextEncoding(StandardCharsets.UTF_8, "");
            } else if (begunAsUtf8) {
                return new TextEncoding(null, "begins as UTF-8 and is not UTF-8 throughout: save it in one encoding");
            } else if (spanishUtf8) {
                return new TextEncoding(null, "mixes UTF-8 with Windows-1252: save it in one encoding");
            } else if (!windows) {
                return new TextEncoding(null, "is text neither in UTF-8 nor in Windows-1252: save it as UTF-8");
            }
            return new TextEncoding(WINDOWS_1252, "");
        }
    }
}

package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BerValuesTest {

    /** X.690, 8.1: one value inside of another, lengths of all forms, and what ends the count. */
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "0500, 1",
        "05000500, 2",
        "30040500 0500, 3",
        "30810405000500, 3",
        "3082000405000500, 3",
        "3084000000040500 0500, 3",
        "30068001058001060500, 4",
        "04040500 0500, 1",
        "24060402050004 00, 3",
        "3080050005000000, 4",
        "3080308005000000 00000500, 6",
        "1F8101020505 0500, 2",
        "BF8101020500 0500, 3",
        "00000500, 0",
        "0500 0000 0500, 1",
        "0480 0500, 0",
        "300505, 0",
        "0402 05, 0",
        "04, 0",
        "0485 0000000001 05, 1",
        "2485 0000000003 040105, 2",
        "0484 7FFFFFFF 05, 0",
        "0485 0100000000 05, 0",
        "0489 010000000000000001 05, 0",
        "048201, 0",
        "04FF, 0"
    })
    void valuesInsideOfOthersCountAndNothingBehindWhatIsNone(String hex, int values) {
        assertThat(BerValues.count(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .isEqualTo(values);
    }
}

package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReasonTest {
    /** The contract's list; these codes are public and never change. */
    @Test
    void everyCodeOfTheContractAndNoOther() {
        assertThat(java.util.Arrays.stream(Reason.values()).map(Reason::code))
                .containsExactlyInAnyOrder(
                        "signature-missing",
                        "signature-invalid",
                        "signature-untrusted",
                        "signature-expired",
                        "checksum-mismatch",
                        "archive-corrupt",
                        "archive-bomb",
                        "path-unsafe",
                        "entry-forbidden",
                        "manifest-missing",
                        "manifest-invalid",
                        "file-missing",
                        "file-unlisted",
                        "file-corrupt",
                        "type-forbidden",
                        "json-invalid",
                        "csv-invalid",
                        "event-unknown",
                        "cut-invalid",
                        "sequence-conflict",
                        "too-large",
                        "budget-exceeded",
                        "storage-failed");
    }
}

package mx.difusor.agent.alerting;

import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;

/** The recipients that a mail server did not take, each with its answer (RFC 5321, 4.2.1: 4yz for now, 5yz for good). */
record Refusals(List<SMTPAddressFailedException> all) {

    static final int PERMANENT = 500;

    static Refusals of(MessagingException e) {
        List<SMTPAddressFailedException> all = new ArrayList<>();
        for (Exception one = e; one instanceof MessagingException mail; one = mail.getNextException()) {
            if (one instanceof SMTPAddressFailedException refusal) {
                all.add(refusal);
            }
        }
        return new Refusals(all);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** One of them may be taken a little later: greylisting, a full mailbox, a connection that ended. */
    boolean again() {
        return all.stream().anyMatch(one -> one.getReturnCode() < PERMANENT);
    }

    String inWords() {
        return all.stream()
                .map(one -> one.getAddress() + ": " + one.getMessage())
                .collect(Collectors.joining("; "));
    }
}

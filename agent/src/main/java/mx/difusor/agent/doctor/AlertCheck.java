package mx.difusor.agent.doctor;

import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.config.Config;

/** Whether somebody is told when something goes wrong, and whether something does now. Nothing is sent. */
final class AlertCheck implements Check {

    private final Subject subject;

    AlertCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() {
        List<Finding> findings = new ArrayList<>(List.of(channels(), heartbeat()));
        AgentSeen agent = subject.agent();
        if (agent != null) {
            findings.add(
                    agent.alerts().isEmpty()
                            ? Finding.fine(CheckId.HOLDING, "none")
                            : Finding.note(CheckId.HOLDING, "some", String.join(", ", agent.alerts()))
                                    .with("alerts", agent.alerts()));
        }
        return findings;
    }

    private Finding channels() {
        Config.Alerts alerts = subject.config().alerts();
        List<String> channels = new ArrayList<>();
        if (alerts.webhook() != null) {
            channels.add("webhook");
        }
        if (alerts.mail() != null) {
            channels.add("mail");
        }
        if (!alerts.command().isEmpty()) {
            channels.add("command");
        }
        Finding finding = channels.isEmpty()
                ? Finding.note(CheckId.CHANNELS, "none")
                : Finding.fine(CheckId.CHANNELS, "some", String.join(", ", channels));
        return finding.with("channels", channels);
    }

    private Finding heartbeat() {
        Config.Heartbeat heartbeat = subject.config().alerts().heartbeat();
        return heartbeat == null
                ? Finding.note(CheckId.HEARTBEAT, "none")
                : Finding.fine(
                        CheckId.HEARTBEAT,
                        "there",
                        String.valueOf(heartbeat.url().getHost()));
    }
}

package mx.difusor.agent.desk;

import java.util.List;
import mx.difusor.agent.model.ChannelTrial;
import mx.difusor.agent.model.MachineException;

/** The ways that alerts leave this host, as an operator tries them. */
@FunctionalInterface
public interface AlertChannels {

    /**
     * A test through each; takes some seconds.
     *
     * @return empty where none is configured
     * @throws MachineException another test is running
     */
    List<ChannelTrial> test() throws MachineException;
}

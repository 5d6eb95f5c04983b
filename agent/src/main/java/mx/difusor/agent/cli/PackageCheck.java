package mx.difusor.agent.cli;

import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Verdict;

/** What the agent would say of a package, without an agent running and without taking the package in. */
@FunctionalInterface
public interface PackageCheck {
    Verdict check(Config config, Candidate candidate) throws MachineException;
}

/** This host held against what the convocatoria asks for and the agent needs: one finding for each, with its cure. */
@NullMarked
package mx.difusor.agent.doctor;

import org.jspecify.annotations.NullMarked;

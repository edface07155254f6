"""The parameters in force. One holder, so that a change takes effect everywhere at once."""

from engine.core.parameters import Parameters


class Dial:
    """Holds the present parameters; `turn` replaces them."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._hash = parameters.config_hash()

    @property
    def parameters(self) -> Parameters:
        return self._parameters

    @property
    def config_hash(self) -> str:
        return self._hash

    def turn(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._hash = parameters.config_hash()

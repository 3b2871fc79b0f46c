"""A student knows the controls by what comes, and visits nobody but this machine."""

from random import Random

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load.student import Student, connect, control_of


def shown(kind: str, **settings: object) -> ForwardMsg:
    """The message that brings a control."""
    message = ForwardMsg()
    element = getattr(message.delta.new_element, kind)
    element.id = "its id"
    for name, value in settings.items():
        if isinstance(value, list):
            getattr(element, name).extend(value)
        else:
            setattr(element, name, value)
    return message


def values(message: ForwardMsg) -> list:
    control = control_of(message)
    return [control.draw(Random(seed)) for seed in range(60)]


def test_a_slider_is_moved_to_its_steps_from_end_to_end():
    assert {value for (value,) in values(shown("slider", min=1.0, max=3.0, step=0.5))} == {1.0, 1.5, 2.0, 2.5, 3.0}


def test_a_slider_of_options_is_set_to_one_of_them():
    assert {value for (value,) in values(shown("slider", options=["a", "b"]))} == {"a", "b"}


def test_pills_are_chosen_by_name_several_only_where_they_may_be():
    one, many = shown("button_group", required=True), shown("button_group", click_mode=1)
    for message in (one, many):
        for name in "abc":
            message.delta.new_element.button_group.options.add(content=name)
    assert {len(chosen) for chosen in values(one)} == {1}
    assert {len(chosen) for chosen in values(many)} == {0, 1, 2, 3}


def test_what_is_disabled_or_has_no_answer_is_no_control():
    assert control_of(shown("button", disabled=True)) is None
    message = ForwardMsg()
    message.delta.new_element.markdown.body = "text"
    assert control_of(message) is None


@pytest.mark.parametrize(
    "address", ["http://localhost:8501", "http://192.168.0.2:8501", "http://127.0.0.1.example.org"]
)
def test_no_other_machine_is_visited(address):
    with pytest.raises(ValueError, match="127.0.0.1 only"):
        connect(address)


def test_a_change_sends_the_state_of_everything_that_was_set_and_a_press_once():
    student = Student("http://127.0.0.1:1", "relu", 0)
    student._values = {"depth": ("double_array_value", [3.0]), "some": ("string_array_value", [])}
    asked = student.message("a part").rerun_script
    assert (asked.page_name, asked.fragment_id) == ("relu", "a part")
    states = {state.id: (state.WhichOneof("value"), state) for state in asked.widget_states.widgets}
    assert states["depth"][1].double_array_value.data == [3.0]
    assert states["some"][0] == "string_array_value"  # chosen: nothing

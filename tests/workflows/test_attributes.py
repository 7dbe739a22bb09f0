"""Search attributes are registered where they are missing."""

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from devstack.place import throwaway_state
from devstack.ports import choose
from devstack.temporal import Temporal
from workflows import attributes


async def test_a_bare_server_learns_them_once() -> None:
    port, ui_port = (choose(0, option="") for _ in range(2))
    with throwaway_state() as state, Temporal(state, port=port, ui_port=ui_port, attributes=[]) as server:
        client = await Client.connect(server.address)
        await attributes.register(client)
        await attributes.register(client)
        known = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace="default"))
        assert {key.name for key in attributes.ALL} <= set(known.custom_attributes)

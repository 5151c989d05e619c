"""Uses a server as Python's tritonclient does: triton.py URL. The model network takes images of 12x12, power any matrices."""
import asyncio
import sys

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

client = http.InferenceServerClient(sys.argv[1])
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("network")
assert "binary_tensor_data" in client.get_server_metadata()["extensions"]
metadata = client.get_model_metadata("network", "1")
assert client.get_model_config("network")["max_batch_size"] == 32
name, output = metadata["inputs"][0]["name"], metadata["outputs"][0]["name"]
assert metadata["inputs"][0]["shape"] == [-1, 12, 12, 1]

x = np.random.default_rng(1).random((3, 12, 12, 1), dtype=np.float32)


def infer(model="network", binary_in=True, binary_out=None, data=x, **options):
    tensor = http.InferInput(name if model == "network" else "x", data.shape, "FP32")
    tensor.set_data_from_numpy(data, binary_data=binary_in)
    wanted = output if model == "network" else "d"
    outputs = None if binary_out is None else [http.InferRequestedOutput(wanted, binary_data=binary_out)]
    return client.infer(model, [tensor], outputs=outputs, **options), wanted


first, wanted = infer()
y = first.as_numpy(wanted)
assert y.shape == (3, 5) and np.allclose(y.sum(axis=1), 1, atol=1e-5)
for binary_in in (True, False):
    for binary_out in (True, False, None):
        for packing in (None, "gzip", "deflate"):
            result, wanted = infer(
                binary_in=binary_in,
                binary_out=binary_out,
                request_id="number 7",
                model_version="1",
                request_compression_algorithm=packing,
                response_compression_algorithm=packing,
                timeout=10_000_000,
                priority=1,
            )
            np.testing.assert_allclose(result.as_numpy(wanted), y, atol=1e-6)
            assert result.get_response()["id"] == "number 7"

square = np.full((1, 20, 20), 0.1, dtype=np.float32)
result, wanted = infer("power", data=square, response_compression_algorithm="gzip")
np.testing.assert_allclose(result.as_numpy(wanted), np.linalg.matrix_power(square, 5), rtol=1e-4)

tensor = http.InferInput(name, x.shape, "FP32")
tensor.set_data_from_numpy(x)
waiting = [client.async_infer("network", [tensor]) for _ in range(8)]
for request in waiting:
    np.testing.assert_allclose(request.get_result().as_numpy(output), y, atol=1e-6)



async def infer_asynchronously():
    async with aio.InferenceServerClient(sys.argv[1]) as other:
        assert await other.is_server_live() and await other.is_server_ready() and await other.is_model_ready("network")
        assert (await other.get_model_metadata("network"))["inputs"][0]["name"] == name
        assert len(await other.get_model_repository_index()) == 2
        packings = [(packing, answer) for packing in (None, "gzip", "deflate") for answer in (None, "gzip", "deflate")]
        calls = []
        for binary in (True, False):
            tensor = aio.InferInput(name, x.shape, "FP32")
            tensor.set_data_from_numpy(x, binary_data=binary)
            outputs = [aio.InferRequestedOutput(output, binary_data=binary)]
            for packing, answer in packings:
                options = {"request_compression_algorithm": packing, "response_compression_algorithm": answer}
                calls.append(other.infer("network", [tensor], outputs=outputs, **options))
        for result in await asyncio.gather(*calls):
            np.testing.assert_allclose(result.as_numpy(output), y, atol=1e-6)


asyncio.run(infer_asynchronously())

assert client.get_inference_statistics("network")["model_stats"][0]["inference_stats"]["success"]["count"] > 20
assert {model["name"] for model in client.get_model_repository_index()} == {"network", "power"}
client.unload_model("power")
assert not client.is_model_ready("power")
client.load_model("power")
assert client.is_model_ready("power")

for bad in (np.zeros((1, 2), np.float32), np.zeros((1, 13, 12, 1), np.float32)):
    try:
        infer(data=bad)
        raise AssertionError("a wrong shape is taken")
    except InferenceServerException as error:
        assert error.status() == "400" and "has shape [-1,12,12,1]" in error.message()
print("all of it works")

from kfp import dsl


@dsl.component(
    base_image="registry.access.redhat.com/ubi9/python-311:latest",
    packages_to_install=["codeflare-sdk==0.32.2"],
)
def ray_fn() -> int:
    import ray
    from codeflare_sdk import generate_cert
    from codeflare_sdk.ray.cluster import Cluster, ClusterConfiguration

    cluster = Cluster(ClusterConfiguration(name="raytest", num_workers=1, verify_tls=False))
    cluster.apply()
    cluster.wait_ready()
    generate_cert.generate_tls_cert(cluster.config.name, cluster.config.namespace)
    generate_cert.export_env(cluster.config.name, cluster.config.namespace)
    ray.init(address=cluster.cluster_uri())

    @ray.remote
    def train():
        return 100

    answer = ray.get(train.remote())
    ray.shutdown()
    cluster.down()
    return answer


@dsl.pipeline
def ray_integration_test():
    """Ray Integration Test"""
    ray_fn().set_caching_options(False)
